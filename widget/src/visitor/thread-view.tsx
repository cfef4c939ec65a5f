import type { TimelineItem } from '@usher-chat/sdk/visitor'
import { useMemo, useRef } from 'preact/hooks'
import { Icon, icons } from '../ui/icon.tsx'
import { useReadable } from '../ui/use-readable.ts'
import { arrangeRows } from './arrange-rows.ts'
import { countBehind } from './count-behind.ts'
import { Intro } from './intro.tsx'
import { usePanel } from './panel-context.ts'
import { ThreadRow } from './thread-row.tsx'
import { TypingRow } from './typing-row.tsx'
import { useMarkRead } from './use-mark-read.ts'
import { useThreadScroll } from './use-thread-scroll.ts'

/** The messages, newest at the bottom; the view stays there unless the reader scrolled up. */
export function ThreadView({ items }: { items: readonly TimelineItem[] }) {
  const { client, wording } = usePanel()
  const { texts } = wording
  const { hasOlder, loadingOlder } = useReadable(client.thread.status)
  // Read here: the dots push the end of the thread along.
  const [typist] = useReadable(client.thread.typing)
  const rows = useMemo(() => arrangeRows(items), [items])
  const list = useRef<HTMLElement>(null)
  const loadOlder = () => {
    if (hasOlder && !loadingOlder) client.thread.loadOlder().catch(() => undefined)
  }
  const { atEnd, lastSeen, toEnd } = useThreadScroll(list, items, loadOlder)
  useMarkRead(atEnd)
  const behind = countBehind(items, lastSeen)
  return (
    <div class="thread">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard, which Safari does not do by itself */}
      <section class="scroll" ref={list} tabIndex={0} aria-label={texts.log}>
        {hasOlder ? (
          <div class="older" aria-hidden={!loadingOlder}>
            {loadingOlder && <i class="spinner" role="status" aria-label={texts.loading} />}
          </div>
        ) : (
          <Intro empty={rows.length === 0} />
        )}
        <div class="log" role="log" aria-label={texts.log} aria-live={loadingOlder ? 'off' : 'polite'} aria-relevant="additions">
          {rows.map((row) => (
            <ThreadRow key={row.key} row={row} />
          ))}
        </div>
        {typist && <TypingRow typist={typist} />}
      </section>
      {!atEnd && (
        <button
          class={behind > 0 ? 'pill news' : 'pill'}
          type="button"
          aria-label={behind > 0 ? undefined : texts.toLatest}
          onClick={toEnd}
        >
          {behind > 0 && texts.newMessages(behind)}
          <Icon path={icons.arrowDown} size={16} />
        </button>
      )}
    </div>
  )
}
