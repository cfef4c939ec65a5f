import { Avatar } from '../../ui/avatar.tsx'
import { Icon } from '../shell/icon.tsx'
import type { RowView } from './row-view.ts'

interface ConversationRowProps {
  row: RowView
  /** Its conversation is open on the right. */
  open: boolean
  /** The keyboard points at it. */
  pointed: boolean
  position: number
  total: number
  onOpen: () => void
}

export const rowId = (conversation: string) => `conversation-${conversation}`

export function ConversationRow({ row, open, pointed, position, total, onOpen }: ConversationRowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox around it reads the keys
    <div
      id={rowId(row.id)}
      role="option"
      tabIndex={-1}
      aria-selected={open}
      aria-posinset={position}
      aria-setsize={total}
      class={classOf(row, open, pointed)}
      onClick={onOpen}
    >
      <Avatar id={row.visitorId} name={row.avatarName} />
      <div class="row-main">
        <div class="row-top">
          <span class="row-name" dir="auto">
            {row.name}
          </span>
          {row.identified && <IdentifiedTick />}
          <RowAge row={row} />
        </div>
        <div class="row-bottom">
          <span class={`row-preview ${row.previewKind}`} dir="auto">
            {row.preview}
          </span>
          <RowMarks row={row} />
        </div>
      </div>
    </div>
  )
}

function classOf({ unread, status }: RowView, open: boolean, pointed: boolean): string {
  const flags = { open, pointed, unread: unread > 0, resolved: status === 'resolved' }
  return ['row', ...Object.entries(flags).flatMap(([name, on]) => (on ? [name] : []))].join(' ')
}

/** The site vouches for this visitor. */
export function IdentifiedTick() {
  return (
    <span class="identified" title="Identified by the site">
      <Icon name="check" size={14} />
      <span class="visually-hidden">Identified by the site</span>
    </span>
  )
}

/** How long ago the last message came; with a clock while the visitor waits for an answer. */
function RowAge({ row: { age, waiting } }: { row: RowView }) {
  return (
    <time class={`row-age ${waiting ?? ''}`} dateTime={age.iso} title={waiting && `Waiting for an answer for ${age.text}`}>
      {waiting !== undefined && (
        <>
          <Icon name="clock" size={14} />
          <span class="visually-hidden">Waiting for </span>
        </>
      )}
      {age.text}
    </time>
  )
}

/** What stands at the end of a line: who has it, how much is unread. */
function RowMarks({ row: { status, assignee, assignedToMe, unread } }: { row: RowView }) {
  return (
    <span class="row-marks">
      {status === 'queued' && <span class="tag queued">Queue</span>}
      {status === 'snoozed' && <span class="tag">Snoozed</span>}
      {assignee !== undefined && !assignedToMe && (
        <span class="row-assignee" title={`${assignee.name} has it`}>
          <Avatar id={assignee.id} name={assignee.name} url={assignee.avatarUrl} />
          <span class="visually-hidden">{assignee.name} has it</span>
        </span>
      )}
      {unread > 0 && (
        <span class="badge">
          {unread > 99 ? '99+' : unread}
          <span class="visually-hidden"> unread</span>
        </span>
      )}
    </span>
  )
}
