import type { AgentCard, Session } from '@usher-chat/sdk/protocol'
import type { TimelineItem } from '@usher-chat/sdk/visitor'

/** Who answers right now: the newest assignment the thread tells of, else what the session said at its start. */
export function currentAgent(items: readonly TimelineItem[], session: Session | null): AgentCard | undefined {
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i]
    if (item?.type !== 'event') continue
    if (item.event.type === 'conversation.assigned') return item.event.data.agent
    if (item.event.type === 'conversation.resolved' || item.event.type === 'conversation.queued') return undefined
  }
  const conversation = session?.thread.conversation
  return conversation?.status === 'resolved' ? undefined : conversation?.assignee
}
