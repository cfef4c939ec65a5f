import { type AgentClient, createAgentClient } from '@usher-chat/sdk/agent'
import { createVisitorClient, type VisitorClient } from '@usher-chat/sdk/visitor'
import { WebSocket } from 'ws'

/** The demo's addresses and logins, as `npm start` writes them to `demo.json`. */
export interface Demo {
  url: string
  siteKey: string
  site: string
  agents: { email: string; password: string; role: string }[]
}

/** The SDK asks for the browser's WebSocket class; the one of `ws` has all it uses. */
const webSocket = WebSocket as unknown as new (url: string) => globalThis.WebSocket

/** A visitor with a memory of its own, as a fresh browser would have. */
export function createVisitor(demo: Demo): VisitorClient {
  const memory = new Map<string, string>()
  return createVisitorClient({
    baseUrl: demo.url,
    siteKey: demo.siteKey,
    webSocket,
    page: () => ({ url: `${demo.url}/demo`, title: 'Opening night' }),
    locale: 'en',
    storage: {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
    },
  })
}

/** Logs the demo's agents in, or the first `count` of them (the owner only watches), and puts them online. */
export async function startAgents(demo: Demo, count?: number): Promise<AgentClient[]> {
  const logins = demo.agents.filter(({ role }) => role === 'agent').slice(0, count)
  return Promise.all(
    logins.map(async ({ email, password }) => {
      const agent = createAgentClient({ baseUrl: demo.url, webSocket })
      await agent.login({ email, password })
      agent.connect()
      await agent.setPresence('online')
      return agent
    }),
  )
}
