import { expect } from 'vitest'
import { createMemoryOutbox } from '../src/outbox-memory.ts'
import type { ClientParts } from '../src/parts.ts'
import { createTabs } from '../src/tabs.ts'
import type { TimelineItem, VisitorOptions } from '../src/types.ts'
import { VisitorSide } from '../src/visitor-client.ts'
import { FakeClock, settle } from './fake-clock.ts'
import { MemoryServer, siteKey } from './memory-server.ts'

export interface World {
  clock: FakeClock
  server: MemoryServer
  parts: ClientParts
  /** As if the device had slept. */
  wake(): void
  /** As if another tab had logged out. */
  forget(): void
  /** As if another tab had begun a session, perhaps of somebody else. */
  replaceToken(token: string): void
}

/** A server and what a device has, before any client. */
export function createWorld(): World {
  const clock = new FakeClock()
  const server = new MemoryServer(clock)
  const values = new Map<string, string>()
  let wake = () => {}
  let tell = () => {}
  const parts: ClientParts = {
    clock,
    dial: server.dial,
    outbox: createMemoryOutbox(),
    tabs: createTabs(undefined),
    storage: {
      getItem: (key) => values.get(key) ?? null,
      setItem: (key, value) => void values.set(key, value),
      removeItem: (key) => void values.delete(key),
    },
    watch(onWake) {
      wake = onWake
      return () => {}
    },
    watchStorage(_, onChanged) {
      tell = onChanged
      return () => {}
    },
  }
  const forget = () => {
    values.clear()
    tell()
  }
  const replaceToken = (token: string) => {
    values.set(`usher.${siteKey}`, token)
    tell()
  }
  return { clock, server, parts, wake: () => wake(), forget, replaceToken }
}

/** A page of a visitor in this world; its tab is its own. */
export function createVisitor(world: World, options: Partial<VisitorOptions> = {}): VisitorSide {
  const parts = { ...world.parts, tabs: createTabs(undefined) }
  return new VisitorSide({ baseUrl: 'http://memory', siteKey, fetch: world.server.fetch, ...options }, parts)
}

/** Connects a visitor to a world where nothing goes wrong. */
export async function goOnline(client: VisitorSide): Promise<void> {
  client.connect()
  await settle()
  expect(client.connection.getSnapshot().state).toBe('connected')
}

/** What stands on a screen, e.g. `mine: hello (saved)`. */
export const drawn = (items: readonly TimelineItem[]): string[] =>
  items.map((item) => {
    if (item.type === 'event') return item.event.type
    return item.mine ? `mine: ${item.text} (${item.delivery})` : `${item.author.name ?? item.author.id}: ${item.text}`
  })
