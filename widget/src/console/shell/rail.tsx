import type { InboxCounts, InboxView, Me, Presence } from '@usher-chat/sdk/protocol'
import { useReadable } from '../../ui/use-readable.ts'
import { useConsole } from '../state/console.ts'
import { Icon, type IconName } from './icon.tsx'
import { Logo } from './logo.tsx'
import { MeMenu } from './me-menu.tsx'

export const viewLabels: Record<InboxView, string> = { mine: 'Mine', queue: 'Queue', all: 'All', resolved: 'Resolved' }

interface RailProps {
  me: Me
  presence: Presence
  onLogout: () => void
}

/** The lists with their counts, and the agent. */
export function Rail({ me, presence, onLogout }: RailProps) {
  const { client, dialog } = useConsole()
  const counts = useReadable(client.counts)
  return (
    <header class="rail">
      <div class="brand">
        <Logo />
        <span>Usher</span>
      </div>
      <nav aria-label="Lists">
        <ul>
          <RailLink view="mine" icon="mine" counts={counts} />
          <RailLink view="queue" icon="queue" counts={counts} />
          <RailLink view="all" icon="all" counts={counts} />
          <RailLink view="resolved" icon="resolved" counts={counts} />
        </ul>
      </nav>
      <div class="rail-foot">
        <button type="button" class="rail-item" title="Keyboard shortcuts" onClick={() => dialog.set('shortcuts')}>
          <Icon name="keyboard" />
          <span class="rail-label">Shortcuts</span>
          <kbd>?</kbd>
        </button>
        <MeMenu me={me} presence={presence} onLogout={onLogout} />
      </div>
    </header>
  )
}

function RailLink({ view, icon, counts }: { view: InboxView; icon: IconName; counts: InboxCounts }) {
  const { route } = useConsole()
  const current = useReadable(route).view === view
  const count = view === 'resolved' ? undefined : counts[view]
  const urgent = view === 'queue' && counts.queue > 0
  return (
    <li>
      <a
        class="rail-item"
        href={`#/${view}`}
        title={viewLabels[view]}
        aria-current={current ? 'page' : undefined}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          route.go({ view, conversation: undefined, card: false })
        }}
      >
        <Icon name={icon} />
        <span class="rail-label">{viewLabels[view]}</span>
        {count !== undefined && count > 0 && (
          <span class={urgent ? 'count urgent' : 'count'}>
            {count}
            <span class="visually-hidden"> conversations</span>
          </span>
        )}
      </a>
    </li>
  )
}
