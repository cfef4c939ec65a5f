import type { TimelineItem } from '@usher-chat/sdk/agent'
import { useEffect, useRef, useState } from 'preact/hooks'

/**
 * Reads new messages of others out. The log itself stays silent: it draws rows anew when it is scrolled, and those are not news.
 */
export function Announce({ items, nameOf }: { items: readonly TimelineItem[]; nameOf: (item: TimelineItem) => string }) {
  const last = items[items.length - 1]
  const known = useRef(last?.id)
  const [text, setText] = useState('')
  useEffect(() => {
    if (last === undefined || last.id === known.current) return
    const fresh = known.current !== undefined
    known.current = last.id
    if (fresh && last.type === 'message' && !last.mine) setText(`${nameOf(last)}: ${last.text}`)
  }, [last])
  return (
    <div class="visually-hidden" aria-live="polite">
      {text}
    </div>
  )
}
