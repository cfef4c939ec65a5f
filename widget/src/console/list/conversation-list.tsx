import type { Inbox } from '@usher-chat/sdk/agent'
import type { Conversation, ConversationId, Me } from '@usher-chat/sdk/protocol'
import { useEffect, useRef } from 'preact/hooks'
import { useReadable } from '../../ui/use-readable.ts'
import { type VirtualHandle, VirtualList } from '../shell/virtual-list.tsx'
import { useConsole } from '../state/console.ts'
import { ConversationRow, rowId } from './conversation-row.tsx'
import { ListNotice } from './list-notice.tsx'
import { rowView } from './row-view.ts'
import type { Cursor } from './use-cursor.ts'

/** Height of a row, px, before it is measured; and how close to the end more are fetched. */
const rowHeight = 68
const fetchAheadPx = 600

interface ConversationListProps {
  me: Me
  inbox: Inbox
  label: string
  conversations: readonly Conversation[]
  filtered: boolean
  cursor: Cursor
  opened: ConversationId | undefined
  draftOf: (conversation: ConversationId) => string
  onOpen: (id: ConversationId) => void
}

/** One list of conversations: a listbox whose focus stays on itself, so that rows may come and go. */
export function ConversationList(props: ConversationListProps) {
  const { inbox, label, conversations, filtered, cursor, opened, onOpen } = props
  const { hasMore, phase } = useReadable(inbox.status)
  const list = useRef<VirtualHandle>(null)
  const index = conversations.findIndex(({ id }) => id === cursor.id)
  useEffect(() => {
    if (index !== -1) list.current?.scrollToIndex(index, { align: 'nearest' })
  }, [cursor.id])
  const fetchMore = (offset: number) => {
    const end = list.current
    if (end !== null && hasMore && phase === 'ready' && end.scrollSize - end.viewportSize - offset < fetchAheadPx) void inbox.loadMore()
  }
  return (
    <>
      <div
        class="list-scroll"
        id="conversations"
        role="listbox"
        tabIndex={0}
        aria-label={label}
        aria-busy={phase === 'loading'}
        aria-activedescendant={index === -1 ? undefined : rowId(conversations[index]?.id ?? '')}
        onKeyDown={(event) => onListKey(event, cursor, onOpen)}
      >
        <VirtualList data={conversations} handle={list} itemSize={rowHeight} keepMounted={index === -1 ? [] : [index]} onScroll={fetchMore}>
          {(conversation, position) => (
            <Row key={conversation.id} {...props} conversation={conversation} position={position + 1} open={conversation.id === opened} />
          )}
        </VirtualList>
      </div>
      <ListNotice inbox={inbox} empty={conversations.length === 0} filtered={filtered} />
    </>
  )
}

type RowProps = ConversationListProps & { conversation: Conversation; position: number; open: boolean }

function Row({ me, conversation, conversations, position, open, cursor, draftOf, onOpen }: RowProps) {
  const { clock } = useConsole()
  const now = useReadable(clock)
  return (
    <ConversationRow
      row={rowView(conversation, { me, now, draft: open ? '' : draftOf(conversation.id) })}
      open={open}
      pointed={cursor.id === conversation.id}
      position={position}
      total={conversations.length}
      onOpen={() => onOpen(conversation.id)}
    />
  )
}

function onListKey(event: KeyboardEvent, cursor: Cursor, onOpen: (id: ConversationId) => void): void {
  const step = ({ ArrowDown: 1, ArrowUp: -1 } as const)[event.key]
  if (step !== undefined) cursor.move(step)
  else if ((event.key === 'Enter' || event.key === ' ') && cursor.id !== undefined) onOpen(cursor.id)
  else return
  event.preventDefault()
}
