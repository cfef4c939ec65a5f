import type { Conversation } from '@usher-chat/sdk/protocol'
import { timeFormat } from '../../ui/time-format.ts'
import { useReadable } from '../../ui/use-readable.ts'
import { useConsole } from '../state/console.ts'
import { explainError } from '../state/explain-error.ts'

interface EarlierProps {
  /** Undefined while they are being fetched. */
  conversations: readonly Conversation[] | undefined
  openId: string
  error: unknown
  onRetry: () => void
}

/** Every conversation with this visitor; choosing one shows it in place. */
export function EarlierConversations({ conversations, openId, error, onRetry }: EarlierProps) {
  const { route, clock } = useConsole()
  const now = new Date(useReadable(clock))
  return (
    <section class="earlier" aria-labelledby="earlier-title">
      <h3 id="earlier-title">Conversations</h3>
      {error !== undefined && (
        <p class="earlier-error">
          They couldn’t be loaded: {explainError(error)}.{' '}
          <button type="button" class="link" onClick={onRetry}>
            Try again
          </button>
        </p>
      )}
      {conversations === undefined && error === undefined && <div class="skeleton-line" aria-hidden="true" />}
      <ul>
        {conversations?.map(({ id, status, openedAt, lastMessage }) => (
          <li key={id}>
            <button type="button" aria-current={id === openId} onClick={() => route.go({ conversation: id, card: false })}>
              <span class="earlier-top">
                <time dateTime={openedAt}>{timeFormat().day(new Date(openedAt), now)}</time>
                <span class={`tag ${status}`}>{statusLabels[status]}</span>
              </span>
              <span class="earlier-text" dir="auto">
                {lastMessage?.text ?? 'No messages'}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

const statusLabels: Record<Conversation['status'], string> = {
  queued: 'In the queue',
  open: 'Open',
  snoozed: 'Snoozed',
  resolved: 'Resolved',
}
