import type { AgentEvents } from '@usher-chat/sdk/agent'
import type { Conversation, VisitorId } from '@usher-chat/sdk/protocol'

export interface Looking {
  /** The window has the focus. */
  focused: boolean
  /** Whose thread is on screen. */
  visitor: VisitorId | undefined
}

/** A new message of a visitor is worth a sound when it is in one of the agent's own conversations and nobody looks at it. */
export function messageWorthTelling(
  { visitor, message }: AgentEvents['message.received'],
  mine: readonly Conversation[],
  looking: Looking,
): boolean {
  if (message.author.role !== 'visitor') return false
  if (looking.focused && looking.visitor === visitor) return false
  return mine.some((conversation) => conversation.visitor.id === visitor)
}

/** Unread messages in the agent's own conversations. */
export const unreadIn = (mine: readonly Conversation[]): number => mine.reduce((sum, { unread }) => sum + unread, 0)
