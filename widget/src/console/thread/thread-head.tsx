import type { Conversation, Me } from '@usher-chat/sdk/protocol'
import { Avatar } from '../../ui/avatar.tsx'
import { useReadable } from '../../ui/use-readable.ts'
import { IdentifiedTick } from '../list/conversation-row.tsx'
import { Icon } from '../shell/icon.tsx'
import { useConsole } from '../state/console.ts'
import { avatarName, visitorName } from '../state/visitor-name.ts'

interface ThreadHeadProps {
  me: Me
  conversation: Conversation
  onBack: () => void
}

/** Who it is, who has it, and what can be done with it. */
export function ThreadHead({ me, conversation, onBack }: ThreadHeadProps) {
  const { visitor } = conversation
  const name = visitorName(visitor)
  return (
    <header class="pane-head thread-head">
      <button type="button" class="ghost icon-only back" aria-label="Back to the list" onClick={onBack}>
        <Icon name="back" />
      </button>
      <Avatar id={visitor.id} name={avatarName(visitor)} />
      <div class="thread-title">
        <h2 id="thread-title" tabIndex={-1}>
          <bdi>{name}</bdi>
          {visitor.identified && <IdentifiedTick />}
        </h2>
        <p>{statusText(conversation, me)}</p>
      </div>
      <ThreadActions me={me} conversation={conversation} />
    </header>
  )
}

function statusText({ status, assignee }: Conversation, me: Me): string {
  if (status === 'resolved') return 'Resolved'
  if (assignee === undefined) return 'In the queue'
  const whose = assignee.id === me.id ? 'Yours' : `With ${assignee.name}`
  return status === 'snoozed' ? `${whose}, snoozed` : whose
}

function ThreadActions({ me, conversation }: { me: Me; conversation: Conversation }) {
  const { actions } = useConsole()
  const { status, assignee } = conversation
  return (
    <div class="thread-actions">
      {status === 'resolved' ? (
        <button type="button" class="plain" onClick={() => void actions.reopen(conversation)}>
          <Icon name="reopen" size={16} />
          <span>Reopen</span>
        </button>
      ) : (
        <>
          {assignee?.id !== me.id && (
            <button
              type="button"
              class="plain"
              title={assignee === undefined ? 'Assign to me (A)' : 'Take over'}
              onClick={() => void (assignee === undefined ? actions.assign(conversation) : actions.takeOver(conversation))}
            >
              <Icon name="mine" size={16} />
              <span>{assignee === undefined ? 'Assign to me' : 'Take over'}</span>
            </button>
          )}
          <button type="button" class="plain" title="Resolve (E)" onClick={() => void actions.resolve(conversation)}>
            <Icon name="check" size={16} />
            <span>Resolve</span>
          </button>
        </>
      )}
      <CardToggle />
    </div>
  )
}

/** On wide screens shows and hides the card beside the thread; on narrow ones opens it over the thread. */
function CardToggle() {
  const { settings, route } = useConsole()
  const { card } = useReadable(settings)
  return (
    <>
      <button
        type="button"
        class="ghost icon-only wide-only"
        aria-label="Visitor details"
        title="Visitor details"
        aria-pressed={card}
        onClick={() => settings.change({ card: !card })}
      >
        <Icon name="panel" />
      </button>
      <button
        type="button"
        class="ghost icon-only narrow-only"
        aria-label="Visitor details"
        title="Visitor details"
        onClick={() => route.go({ card: true })}
      >
        <Icon name="panel" />
      </button>
    </>
  )
}
