import { AgentSide } from './agent-client.ts'
import { platformParts } from './parts.ts'
import type { AgentClient, AgentOptions } from './types.ts'

/** An agent, person or program. Begin with `resume()` or `login()`, then `connect()`. */
export const createAgentClient = (options: AgentOptions): AgentClient => new AgentSide(options, platformParts(options))

export type { OutboxEntry } from './outbox.ts'
export { isUsherError, UsherError } from './protocol/errors.ts'
export type * from './types.ts'
