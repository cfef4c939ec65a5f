import type { Inbox } from '@usher-chat/sdk/agent'
import { useReadable } from '../../ui/use-readable.ts'
import { Icon, type IconName } from '../shell/icon.tsx'
import { useConsole } from '../state/console.ts'
import { explainError } from '../state/explain-error.ts'
import type { Route } from '../state/route.ts'

const emptyTexts: Record<Route['view'], { icon: IconName; title: string; text: string }> = {
  mine: { icon: 'mine', title: 'Nothing on your plate', text: 'Conversations that become yours appear here.' },
  queue: { icon: 'queue', title: 'The queue is empty', text: 'Nobody is waiting for an agent.' },
  all: { icon: 'all', title: 'All quiet', text: 'No conversation is open right now.' },
  resolved: { icon: 'resolved', title: 'Nothing resolved yet', text: 'Conversations you finish are kept here.' },
}

/** What stands where rows would: still loading, failed, empty, or nothing found. */
export function ListNotice({ inbox, empty, filtered }: { inbox: Inbox; empty: boolean; filtered: boolean }) {
  const { route } = useConsole()
  const { phase, error } = useReadable(inbox.status)
  const { view } = useReadable(route)
  if (phase === 'error') {
    return (
      <div class={empty ? 'notice' : 'notice compact'} role="alert">
        {empty && <Icon name="alert" size={20} />}
        <p>The list couldn’t be loaded: {explainError(error)}.</p>
        <button type="button" onClick={() => void inbox.refresh()}>
          Try again
        </button>
      </div>
    )
  }
  if (!empty) return null
  if (phase === 'loading') return <Skeleton />
  const { icon, title, text } = filtered
    ? { icon: 'search' as const, title: 'No match', text: 'No loaded conversation fits.' }
    : emptyTexts[view]
  return (
    <div class="notice">
      <span class="notice-icon">
        <Icon name={icon} size={20} />
      </span>
      <h3>{title}</h3>
      <p>{text}</p>
    </div>
  )
}

function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      {[0, 1, 2, 3, 4].map((row) => (
        <div key={row} class="skeleton-row">
          <i />
          <b />
          <b />
        </div>
      ))}
    </div>
  )
}
