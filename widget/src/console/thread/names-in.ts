import type { TimelineItem } from '@usher-chat/sdk/agent'

/** The names of the agents a thread mentions, by id. */
export function namesIn(items: readonly TimelineItem[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const item of items) {
    if (item.type === 'message') {
      if (item.author.role === 'agent' && item.author.name !== undefined) names.set(item.author.id, item.author.name)
    } else if (item.event.type === 'conversation.assigned') {
      names.set(item.event.data.agent.id, item.event.data.agent.name)
    } else if (item.event.type === 'routing.decided') {
      for (const { agent, name } of item.event.data.considered) names.set(agent, name)
    }
  }
  return names
}
