import type { Conversation } from '@usher-chat/sdk/protocol'
import { useConsole } from '../state/console.ts'
import type { ComposerOffer } from './composer-offer.ts'

/** Why no reply can be written here, and the way out. */
export function ComposerBlocked({ offer, conversation }: { offer: ComposerOffer; conversation: Conversation }) {
  const { actions, route } = useConsole()
  switch (offer.kind) {
    case 'colleague':
      return (
        <Blocked
          text={`${offer.agent.name} has this conversation. You can leave a note.`}
          action="Take over"
          onAction={() => void actions.takeOver(conversation)}
        />
      )
    case 'resolved':
      return <Blocked text="This conversation is resolved." action="Reopen" onAction={() => void actions.reopen(conversation)} />
    case 'superseded':
      return (
        <Blocked
          text="This conversation is resolved; the visitor has started a new one."
          action="Go to the new one"
          onAction={() => route.go({ conversation: offer.by })}
        />
      )
    default:
      return null
  }
}

function Blocked({ text, action, onAction }: { text: string; action: string; onAction: () => void }) {
  return (
    <div class="composer-blocked">
      <p dir="auto">{text}</p>
      <button type="button" class="plain" data-takes-focus onClick={onAction}>
        {action}
      </button>
    </div>
  )
}
