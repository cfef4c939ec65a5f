import { vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Demo } from '../../server/replay/cast.ts'
import { createAgentClient } from '../src/agent.ts'
import type { AgentClient, TimelineItem, VisitorClient, VisitorOptions, WebSocketConstructor } from '../src/types.ts'
import { createVisitorClient } from '../src/visitor.ts'

/** A client's network cable: all sockets opened through it can be cut. */
export interface Cable {
  webSocket: WebSocketConstructor
  /** Ends all connections at once, without a goodbye. */
  cut(): void
  /** Sockets opened so far. */
  opened(): number
}

export function createCable(): Cable {
  const sockets = new Set<WebSocket>()
  class CutWebSocket extends WebSocket {
    constructor(url: string) {
      super(url)
      sockets.add(this)
    }
  }
  return {
    // The class of `ws` has all of the browser's that is used.
    webSocket: CutWebSocket as unknown as WebSocketConstructor,
    cut() {
      for (const socket of sockets) socket.terminate()
    },
    opened: () => sockets.size,
  }
}

export function createVisitor(demo: Demo, cable: Cable, options: Partial<VisitorOptions> = {}): VisitorClient {
  const memory = new Map<string, string>()
  return createVisitorClient({
    baseUrl: demo.url,
    siteKey: demo.siteKey,
    webSocket: cable.webSocket,
    page: () => ({ url: `${demo.url}/demo`, title: 'Opening night' }),
    locale: 'en',
    storage: {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
    },
    ...options,
  })
}

/** One of the demo's agents, logged in and connected. */
export async function createAgent(demo: Demo, cable: Cable, which = 0): Promise<AgentClient> {
  const login = demo.agents.filter(({ role }) => role === 'agent')[which]!
  const client = createAgentClient({ baseUrl: demo.url, webSocket: cable.webSocket })
  await client.login(login)
  client.connect()
  await vi.waitFor(() => {
    if (client.connection.getSnapshot().state !== 'connected') throw new Error('not connected')
  }, slow)
  return client
}

export const slow = { timeout: 15_000, interval: 20 }

export const texts = (items: readonly TimelineItem[]): string[] => items.flatMap((item) => (item.type === 'message' ? [item.text] : []))
