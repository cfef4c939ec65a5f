import type { Me } from '@usher-chat/sdk/protocol'
import type { AgentLogin } from '../access/agent-sessions.ts'

/** What agents are told about themselves. */
export const meOf = ({ id, name, email, avatarUrl, role, presence, capacity, sites }: AgentLogin): Me => ({
  id,
  name,
  email,
  ...(avatarUrl === undefined ? {} : { avatarUrl }),
  role,
  presence,
  capacity,
  sites: [...sites],
})
