import type { ThreadEvent } from '@usher-chat/sdk/protocol'
import type { Texts } from './texts.ts'

const lines: { [Type in ThreadEvent['type']]: (event: Extract<ThreadEvent, { type: Type }>, texts: Texts) => string | undefined } = {
  'conversation.opened': () => undefined,
  'conversation.queued': ({ data }, texts) => {
    if (data.reason === 'agent_gone') return texts.agentGone
    return data.reason === 'no_agent_online' ? texts.queuedOffline : texts.queued(data.position)
  },
  'conversation.assigned': ({ data }, texts) => texts.joined(data.agent.name),
  'conversation.resolved': (_event, texts) => texts.ended,
  'conversation.reopened': (_event, texts) => texts.reopened,
}

/** The quiet line of an event in the thread; undefined for what a visitor need not see. */
export function describeEvent(event: ThreadEvent, texts: Texts): string | undefined {
  const line = lines[event.type] as (event: ThreadEvent, texts: Texts) => string | undefined
  return line(event, texts)
}
