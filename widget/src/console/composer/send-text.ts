import type { AgentThread } from '@usher-chat/sdk/agent'
import type { Conversation } from '@usher-chat/sdk/protocol'
import type { Actions } from '../state/actions.ts'
import type { ComposerMode } from '../state/drafts.ts'
import type { ComposerOffer } from './composer-offer.ts'

export interface SendOptions {
  text: string
  mode: ComposerMode
  offer: ComposerOffer
  conversation: Conversation
  thread: AgentThread
  actions: Actions
  /** Resolve the conversation once the message is stored. */
  resolve: boolean
}

/**
 * Sends a reply or a note. A reply to a conversation nobody has takes it first. False: it was not taken, nothing was sent and the text
 * should be given back; a message that was refused later stays on screen as failed.
 */
export async function sendText({ text, mode, offer, conversation, thread, actions, resolve }: SendOptions): Promise<boolean> {
  if (mode === 'reply' && offer.kind === 'take' && (await actions.assign(conversation)) === undefined) return false
  const stored = mode === 'note' ? thread.note(text) : thread.send(text)
  stored.then(
    () => (resolve ? void actions.resolve(conversation) : undefined),
    () => {}, // The row shows why, and offers to try again.
  )
  return true
}
