import { useId } from 'preact/hooks'
import { timeFormat } from '../../ui/time-format.ts'
import { Icon } from '../shell/icon.tsx'
import type { EventRow } from './build-rows.ts'
import { describeEvent, type Names } from './describe-event.ts'
import { describeRouting } from './describe-routing.ts'

interface EventLineProps {
  row: EventRow
  names: Names
  expanded: boolean
  onToggle: () => void
}

/** A quiet line; where the router decided, a button tells why. */
export function EventLine({ row, names, expanded, onToggle }: EventLineProps) {
  const { item, considered, tight } = row
  const id = useId()
  const times = timeFormat()
  return (
    <div class={tight ? 'event-line tight' : 'event-line'}>
      <p>
        <span dir="auto">{describeEvent(item.event, names)}</span>
        <time dateTime={item.at.toISOString()} title={times.full(item.at)}>
          {times.time(item.at)}
        </time>
        {considered !== undefined && (
          <button type="button" class="why" aria-expanded={expanded} aria-controls={id} onClick={onToggle}>
            Why?
            <Icon name="down" size={14} />
          </button>
        )}
      </p>
      {considered !== undefined && expanded && (
        <div class="reasons" id={id}>
          <h4>Who was considered</h4>
          {considered.length === 0 ? (
            <p>No agent belongs to this site.</p>
          ) : (
            <ul>
              {describeRouting(considered).map(({ agent, name, chosen, text }) => (
                <li key={agent} class={chosen ? 'chosen' : ''}>
                  {chosen && <Icon name="check" size={14} />}
                  <b dir="auto">{name}</b>
                  <span>{text}</span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </div>
  )
}
