import type { ThreadEvent } from '@usher-chat/sdk/protocol'
import { timeFormat } from '../ui/time-format.ts'
import type { Row } from './arrange-rows.ts'
import { describeEvent } from './describe-event.ts'
import { MessageRow } from './message-row.tsx'
import { usePanel } from './panel-context.ts'

/** A day divider, an event's quiet line, or a message. */
export function ThreadRow({ row }: { row: Row }) {
  const { wording } = usePanel()
  if (row.type === 'message') return <MessageRow {...row} />
  const format = timeFormat(wording.locale)
  if (row.type === 'day') {
    return (
      <div class="row day">
        <time dateTime={row.at.toISOString()}>{format.day(row.at, new Date())}</time>
      </div>
    )
  }
  // A visitor's thread holds no internal events.
  const line = describeEvent(row.item.event as ThreadEvent, wording.texts)
  return line === undefined ? null : (
    <div class="row event" title={format.full(row.item.at)}>
      {line}
    </div>
  )
}
