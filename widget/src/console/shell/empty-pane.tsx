import { explainError } from '../state/explain-error.ts'
import type { OpenConversation } from '../state/use-conversation.ts'
import { Icon } from './icon.tsx'

/** What stands where a thread would: nothing chosen, still loading, or not to be had. */
export function EmptyPane({ open, onBack }: { open: OpenConversation; onBack: () => void }) {
  return (
    <section class="thread-pane empty" aria-label="Conversation" aria-busy={open.phase === 'loading'}>
      {open.phase === 'loading' && <div class="spinner over" role="img" aria-label="Loading the conversation" />}
      {open.phase === 'none' && (
        <div class="notice over">
          <span class="notice-icon">
            <Icon name="all" size={20} />
          </span>
          <h2>No conversation open</h2>
          <p>
            Choose one from the list, or press <kbd>J</kbd> and <kbd>K</kbd> to move and <kbd>↵</kbd> to open.
          </p>
        </div>
      )}
      {open.phase === 'error' && (
        <div class="notice over" role="alert">
          <span class="notice-icon">
            <Icon name="alert" size={20} />
          </span>
          <h2>This conversation couldn’t be opened</h2>
          <p>Reason: {explainError(open.error)}.</p>
          <div class="notice-actions">
            <button type="button" class="plain" onClick={open.retry}>
              Try again
            </button>
            <button type="button" class="plain" onClick={onBack}>
              Back to the list
            </button>
          </div>
        </div>
      )}
    </section>
  )
}
