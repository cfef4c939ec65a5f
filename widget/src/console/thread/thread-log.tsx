import type { AgentThread, TimelineItem, Typist } from '@usher-chat/sdk/agent'
import type { Conversation, Me } from '@usher-chat/sdk/protocol'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useReadable } from '../../ui/use-readable.ts'
import { Icon } from '../shell/icon.tsx'
import { VirtualList } from '../shell/virtual-list.tsx'
import { explainError } from '../state/explain-error.ts'
import { visitorName } from '../state/visitor-name.ts'
import { Announce } from './announce.tsx'
import { buildRows, type Row, type UnreadMark, unreadMark } from './build-rows.ts'
import { namesIn } from './names-in.ts'
import { newestConversation } from './newest-conversation.ts'
import { RowLine } from './row-line.tsx'
import { useThreadScroll } from './use-thread-scroll.ts'

/** Enough rows beyond the visible part for screen readers and find-in-page to work with, px. */
const bufferPx = 2_000

interface ThreadLogProps {
  me: Me
  thread: AgentThread
  conversation: Conversation
}

/** The messages of one thread. */
export function ThreadLog({ me, thread, conversation }: ThreadLogProps) {
  const items = useReadable(thread.items)
  const status = useReadable(thread.status)
  const typing = useReadable(thread.typing)
  const scroller = useRef<HTMLDivElement>(null)
  const mark = useUnreadMark(thread)
  const rows = useMemo(() => withTyping(buildRows(items, mark), typing), [items, mark, typing])
  const name = visitorName(conversation.visitor)
  const names = useMemo(() => namesIn(items), [items])
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set())

  const newest = newestConversation(items)
  const scroll = useThreadScroll({
    thread,
    rows,
    ready: status.phase === 'ready',
    hasOlder: status.hasOlder,
    conversation: { id: conversation.id, openedSeq: conversation.openedSeq, newest: newest === undefined || newest === conversation.id },
    onSeen: () => readIfLooking(thread),
  })
  useReadOnReturn(thread, scroll.atEnd)

  return (
    <div class="log-frame">
      <div
        ref={scroller}
        class="log"
        role="log"
        aria-live="off"
        aria-label={`Messages with ${name}`}
        aria-busy={status.phase === 'loading'}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <div class="log-spring" />
        <VirtualList
          data={rows}
          handle={scroll.list}
          scrollRef={scroller}
          shift={scroll.shift}
          bufferSize={bufferPx}
          onScroll={scroll.onScroll}
          onResize={scroll.onResize}
        >
          {(row) => (
            <RowLine
              key={row.key}
              row={row}
              me={me}
              visitor={conversation.visitor}
              names={names}
              thread={thread}
              expanded={expanded.has(row.key)}
              onToggle={() => setExpanded(toggled(expanded, row.key))}
            />
          )}
        </VirtualList>
      </div>
      <Announce items={items} nameOf={(item) => speaker(item, name)} />
      <LogNotice thread={thread} empty={items.length === 0} />
      {!scroll.atEnd && <ToEnd count={scroll.newCount} onPress={scroll.toEnd} />}
    </div>
  )
}

function withTyping(rows: readonly Row[], typing: readonly Typist[]): readonly Row[] {
  return [...rows, ...typing.map((typist): Row => ({ type: 'typing', key: `typing-${typist.id}`, typist }))]
}

const speaker = (item: TimelineItem, visitor: string) =>
  item.type === 'message' && item.author.role === 'agent' ? (item.author.name ?? 'A colleague') : visitor

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys)
  if (!next.delete(key)) next.add(key)
  return next
}

/** The divider stays where it was when the thread was opened, though everything is read a moment later. */
function useUnreadMark(thread: AgentThread): UnreadMark | undefined {
  const { phase } = useReadable(thread.status)
  const kept = useRef<{ thread: AgentThread; mark: UnreadMark | undefined } | undefined>(undefined)
  if (phase === 'ready' && kept.current?.thread !== thread) {
    kept.current = { thread, mark: unreadMark(thread.items.getSnapshot(), thread.unread.getSnapshot()) }
  }
  return kept.current?.thread === thread ? kept.current.mark : undefined
}

/** Read means that somebody looks: a background tab reads nothing. */
function readIfLooking(thread: AgentThread): void {
  if (document.visibilityState === 'visible' && document.hasFocus()) thread.markRead()
}

function useReadOnReturn(thread: AgentThread, atEnd: boolean): void {
  useEffect(() => {
    const read = () => {
      if (atEnd) readIfLooking(thread)
    }
    window.addEventListener('focus', read)
    document.addEventListener('visibilitychange', read)
    return () => {
      window.removeEventListener('focus', read)
      document.removeEventListener('visibilitychange', read)
    }
  }, [thread, atEnd])
}

/** What stands in the log besides messages: loading, failed, or nothing yet. */
function LogNotice({ thread, empty }: { thread: AgentThread; empty: boolean }) {
  const { phase, error, loadingOlder } = useReadable(thread.status)
  if (phase === 'error') {
    return (
      <div class={empty ? 'notice over' : 'notice compact'} role="alert">
        <p>
          The messages couldn’t be loaded: {explainError(error)}. {error?.retryable && 'Trying again…'}
        </p>
      </div>
    )
  }
  if (loadingOlder) return <div class="log-loading">Loading older messages…</div>
  if (phase === 'loading' && empty) return <div class="spinner over" role="img" aria-label="Loading messages" />
  return empty ? <p class="notice over">No messages yet.</p> : null
}

/** "3 new messages", or a bare arrow while there is nothing new below. */
function ToEnd({ count, onPress }: { count: number; onPress: () => void }) {
  const text = count === 0 ? 'Latest messages' : count === 1 ? '1 new message' : `${count} new messages`
  return (
    <button type="button" class={count === 0 ? 'to-end quiet' : 'to-end'} onClick={onPress} aria-label={text} title={text}>
      {count > 0 && <span>{text}</span>}
      <Icon name="to-end" size={16} />
    </button>
  )
}
