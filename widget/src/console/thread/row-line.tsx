import type { AgentThread } from '@usher-chat/sdk/agent'
import type { Me, VisitorCard } from '@usher-chat/sdk/protocol'
import { timeFormat } from '../../ui/time-format.ts'
import { useReadable } from '../../ui/use-readable.ts'
import { useConsole } from '../state/console.ts'
import { avatarName, visitorName } from '../state/visitor-name.ts'
import type { Row } from './build-rows.ts'
import { EventLine } from './event-line.tsx'
import { MessageLine, type Speaker } from './message-line.tsx'
import { TypingLine } from './typing-line.tsx'

interface RowLineProps {
  row: Row
  me: Me
  visitor: VisitorCard
  /** Names of agents by id. */
  names: ReadonlyMap<string, string>
  thread: AgentThread
  expanded: boolean
  onToggle: () => void
}

/** Draws one row of the thread, whatever it is. */
export function RowLine({ row, me, visitor, names, thread, expanded, onToggle }: RowLineProps) {
  const colleague = (id: string, name: string | undefined): Speaker => ({ name: name ?? names.get(id) ?? 'A colleague' })
  const guest: Speaker = { name: visitorName(visitor), avatarName: avatarName(visitor) }
  switch (row.type) {
    case 'day':
      return <DayLine at={row.at} />
    case 'unread':
      return <div class="unread-line">{row.count === 1 ? '1 new message' : `${row.count} new messages`}</div>
    case 'event':
      return <EventLine row={row} names={{ me: me.id, nameOf: (id) => names.get(id) }} expanded={expanded} onToggle={onToggle} />
    case 'message': {
      const { author } = row.message
      return <MessageLine row={row} speaker={author.role === 'visitor' ? guest : colleague(author.id, author.name)} thread={thread} />
    }
    case 'typing': {
      const { typist } = row
      return <TypingLine typist={typist} speaker={typist.role === 'visitor' ? guest : colleague(typist.id, typist.name)} />
    }
  }
}

function DayLine({ at }: { at: Date }) {
  const { clock } = useConsole()
  return (
    <div class="day-line">
      <span>{timeFormat().day(at, new Date(useReadable(clock)))}</span>
    </div>
  )
}
