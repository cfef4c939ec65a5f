import type { AgentCard, Conversation, Me } from '@usher-chat/sdk/protocol'

/** What the composer offers for a conversation; everything it does not allow comes with a reason and a way out. */
export type ComposerOffer =
  /** Mine: write. */
  | { kind: 'write' }
  /** Nobody's: the first reply takes it. */
  | { kind: 'take' }
  /** A colleague's: notes only, or take it over. */
  | { kind: 'colleague'; agent: AgentCard }
  /** Resolved: notes only, or reopen. */
  | { kind: 'resolved' }
  /** Resolved, and the visitor has written again since: that conversation is the one to answer. */
  | { kind: 'superseded'; by: string }

/** `newest` is the visitor's latest conversation, as far as known. */
export function composerOffer(conversation: Conversation, me: Me, newest?: string): ComposerOffer {
  if (conversation.status === 'resolved') {
    return newest !== undefined && newest !== conversation.id ? { kind: 'superseded', by: newest } : { kind: 'resolved' }
  }
  if (conversation.assignee === undefined) return { kind: 'take' }
  return conversation.assignee.id === me.id ? { kind: 'write' } : { kind: 'colleague', agent: conversation.assignee }
}

export const mayReply = (offer: ComposerOffer): boolean => offer.kind === 'write' || offer.kind === 'take'
