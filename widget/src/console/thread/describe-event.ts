import type { InternalEvent, ThreadEvent } from '@usher-chat/sdk/protocol'

export interface Names {
  /** The agent who looks at the screen. */
  me: string
  /** The name of an agent, as far as it is known here. */
  nameOf: (agent: string) => string | undefined
}

type AnyEvent = ThreadEvent | InternalEvent

/** What happened, in a line. */
export function describeEvent(event: AnyEvent, names: Names): string {
  return describe[event.type](event as never, names)
}

type Of<T extends AnyEvent['type']> = Extract<AnyEvent, { type: T }>

const describe: { [T in AnyEvent['type']]: (event: Of<T>, names: Names) => string } = {
  'conversation.opened': () => 'Conversation started',
  'conversation.queued': ({ data }) => `Waiting in the queue, number ${data.position} — ${queueReasons[data.reason]}`,
  'conversation.assigned': ({ data }, names) => assigned(data.agent, data.by, names),
  'conversation.resolved': ({ data }, names) => `${actor(data.by, names) ?? 'Usher'} resolved the conversation`,
  'conversation.reopened': ({ data }, names) => `${actor(data.by, names) ?? 'Usher'} reopened the conversation`,
  'routing.decided': ({ data }, { me, nameOf }) => {
    if (data.chosen === undefined) return 'No agent was free'
    return data.chosen === me ? 'Usher chose you' : `Usher chose ${nameOf(data.chosen) ?? 'an agent'}`
  },
}

const queueReasons = {
  no_agent_online: 'nobody is online',
  all_agents_busy: 'everybody is busy',
  agent_gone: 'the agent went away',
} satisfies Record<Of<'conversation.queued'>['data']['reason'], string>

function assigned(agent: { id: string; name: string }, by: string, names: Names): string {
  const who = actor(by, names)
  const whom = agent.id === names.me ? 'you' : agent.name
  if (who === undefined) return `Assigned to ${whom} automatically`
  return by === agent.id ? `${who} took the conversation` : `${who} assigned the conversation to ${whom}`
}

/** Undefined for the router. */
function actor(by: string, { me, nameOf }: Names): string | undefined {
  return by === me ? 'You' : nameOf(by)
}
