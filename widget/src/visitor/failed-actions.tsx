import type { TimelineMessage } from '@usher-chat/sdk/visitor'
import { describeError } from './describe-error.ts'
import { usePanel } from './panel-context.ts'

/** Why a message was refused, and the two ways out. */
export function FailedActions({ message }: { message: TimelineMessage }) {
  const { client, wording } = usePanel()
  const { texts } = wording
  // The row itself shows a second failure; nobody awaits this one.
  const retry = () => void client.thread.retry(message.id).catch(() => undefined)
  return (
    <div class="refused" role="alert">
      {texts.notSent} {describeError(message.error, wording)}{' '}
      <button class="link" type="button" onClick={retry}>
        {texts.retry}
      </button>
      <button class="link" type="button" onClick={() => client.thread.discard(message.id)}>
        {texts.discard}
      </button>
    </div>
  )
}
