import type { Conversation } from '@usher-chat/sdk/protocol'
import { UsherError } from '@usher-chat/sdk/protocol'
import { createFixtureClient, type FixtureClient, type FixtureOptions } from './fixture-client.ts'
import { conversation, now, visitor } from './fixture-data.ts'
import { resolvedTail, richThread, threadOf, unsentItems } from './fixture-thread.ts'

export interface Scene {
  client: () => FixtureClient
  /** The part of the address behind `#`. */
  place: string
}

const clock = () => now
const many = (count: number) => Array.from({ length: count }, (_, index) => conversation(index))
const resolved = conversation(0, { status: 'resolved', resolvedAt: new Date(now - 40_000).toISOString(), unread: 0 })
const earlier: Conversation = {
  ...conversation(0, { status: 'resolved' }),
  id: 'convearlier000000000',
  openedSeq: 40,
  openedAt: new Date(now - 3 * 86_400_000).toISOString(),
}
const first = conversation(0).id
const down = new UsherError('service_unavailable', 'unable to load; the server is restarting')

function scene(place: string, options: Partial<FixtureOptions>): Scene {
  const thread = (open: Conversation) => threadOf(open, 12)
  return { place, client: () => createFixtureClient({ now: clock, conversations: many(14), thread, ...options }) }
}

/** Everything the console can look like, by name. */
export const scenes: Record<string, Scene> = {
  login: scene('/mine', { me: null }),
  unreachable: scene('/mine', { failure: down }),
  mine: scene(`/mine/${first}`, { conversations: [...many(14), earlier], unread: 2 }),
  unsent: scene(`/mine/${first}`, {
    thread: (open) => [...richThread(open, 0), ...unsentItems(open)],
    connection: { state: 'reconnecting', retryAt: Date.now() + 9_000 },
  }),
  typing: scene(`/mine/${first}`, {
    typing: [{ role: 'visitor', id: visitor(0).id, text: 'And could we maybe also get' }],
  }),
  queue: scene(`/queue/${conversation(3).id}`, {}),
  colleague: scene(`/all/${conversation(1).id}`, {}),
  resolved: scene(`/resolved/${first}`, {
    conversations: [resolved, ...many(8).slice(1)],
    thread: (open) => [...richThread(open, 0), ...resolvedTail(open)],
  }),
  none: scene('/all', {}),
  empty: scene('/queue', { conversations: [] }),
  loading: scene('/mine', { loading: true }),
  crowd: scene(`/all/${first}`, { conversations: many(500), thread: (open) => richThread(open, 900) }),
  card: scene(`/mine/${first}/visitor`, { conversations: [...many(14), earlier] }),
}
