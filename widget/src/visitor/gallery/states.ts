import { newMessageId, type Session, type ThreadEvent, UsherError } from '@usher-chat/sdk/protocol'
import type { Delivery, TimelineEvent, TimelineItem, TimelineMessage } from '@usher-chat/sdk/visitor'
import { createFakeClient, type FakeClient } from './fake-client.ts'

const anna = { id: 'annaannaannaannaanna', name: 'Anna Lindqvist' }
const noah = { id: 'noahnoahnoahnoahnoah', name: 'Noah Okafor' }
const conversation = 'conversationconversa'
const minute = 60_000
/** Fixed, so that two pictures of one state are the same picture. */
const start = new Date('2026-03-14T18:02:00').getTime()

let seq = 1

function message(text: string, at: number, from: 'me' | typeof anna, delivery?: Delivery): TimelineMessage {
  const mine = from === 'me'
  const author = mine ? { role: 'visitor' as const, id: 'me' } : { role: 'agent' as const, ...from }
  const base = {
    type: 'message' as const,
    id: newMessageId(),
    seq: seq++,
    at: new Date(start + at * minute),
    author,
    mine,
    note: false,
    kind: 'text' as const,
    text,
  }
  if (!mine) return base
  const error = new UsherError('rate_limited', 'unable to send; too fast', { retryAfterMs: 1_200 })
  return { ...base, delivery: delivery ?? 'read', ...(delivery === 'failed' ? { error } : {}) }
}

const event = (type: ThreadEvent['type'], data: object, at: number): TimelineEvent => ({
  type: 'event',
  id: newMessageId(),
  seq: seq++,
  at: new Date(start + at * minute),
  event: { v: 1, id: newMessageId(), conversation, type, data } as ThreadEvent,
  internal: false,
})

/** A conversation with everything in it. */
const talk = (): TimelineItem[] => [
  message('Hi! Can I still change the seats of a booking?', -1500, 'me'),
  event('conversation.assigned', { agent: noah, by: 'router' }, -1499),
  message('Sure. Which booking is it?', -1498, noah),
  message('It is fine, I found it in my account 🙂', -1490, 'me'),
  event('conversation.resolved', { by: noah.id }, -1480),
  message('Hello, the checkout is stuck on “Confirming your seats” since five minutes.', 0, 'me'),
  message('Seats F7 and F8, The Lighthouse Keeper’s Daughter, 20:30', 0.5, 'me'),
  event('conversation.queued', { position: 2, reason: 'all_agents_busy' }, 1),
  event('conversation.assigned', { agent: anna, by: 'router' }, 2),
  message('Hi Maya! I can see your order. The payment went through, only the confirmation is late tonight.', 3, anna),
  message('Your seats are safe: F7 and F8. Tickets are here: https://tickets.example.com/orders/8841 (also in your mail).', 3.4, anna),
  message('Oh, great. Thank you!', 4, 'me'),
  message('One more thing, can I bring my own popcorn?', 5, 'me', 'saved'),
]

const session = (changes: Partial<Session['site']> = {}, visitor: Partial<Session['visitor']> = {}): Session => ({
  visitor: { id: 'visitorvisitorvisito', identified: false, ...visitor },
  token: 'token',
  nats: { url: 'ws://127.0.0.1/nats', jwt: 'jwt', expiresAt: '2026-03-14T19:00:00Z' },
  epoch: 1,
  site: {
    id: 'sitesitesitesitesite',
    name: 'Aurora Cinema',
    theme: { color: '#4f46e5', position: 'right' },
    texts: { title: 'Aurora Cinema', greeting: 'Hi there 👋\nHow can we help with your visit?', launcher: 'Chat with us' },
    online: true,
    typingPreview: false,
    ...changes,
  },
  thread: { lastSeq: 0, unread: 0 },
})

type State = () => FakeClient

function ready(items: TimelineItem[], change: (client: FakeClient) => void = () => undefined, settings = session()): FakeClient {
  const client = createFakeClient({ start: async () => settings })
  client.stores.session.set(settings)
  client.stores.connection.set({ state: 'connected' })
  client.stores.status.set({ phase: 'ready', hasOlder: false, loadingOlder: false })
  client.stores.items.set(items)
  change(client)
  return client
}

const failing = (error: UsherError): FakeClient => createFakeClient({ start: () => Promise.reject(error) })

const long = Array.from({ length: 60 }, (_, i) =>
  message(`Line ${i + 1}: what was said at some length, so that it wraps.`, i, i % 3 ? anna : 'me'),
)

/** Every look of the panel, by name. */
export const states: Record<string, State> = {
  talk: () => ready(talk(), ({ stores }) => stores.typing.set([{ role: 'agent', ...anna }])),
  empty: () => ready([]),
  away: () => ready([], undefined, session({ online: false, typingPreview: true })),
  loading: () => createFakeClient({ start: () => new Promise(() => undefined) }),
  queue: () =>
    ready([message('Is anybody there?', 0, 'me', 'saved'), event('conversation.queued', { position: 3, reason: 'all_agents_busy' }, 1)]),
  failed: () =>
    ready([...talk(), message('Also: may I pay in cash?', 6, 'me', 'failed'), message('Hello?', 7, 'me', 'queued')], ({ stores }) =>
      stores.connection.set({ state: 'reconnecting', retryAt: Date.now() + 8_000 }),
    ),
  unknown: () => failing(new UsherError('site_unknown', 'unable to start; no such site')),
  down: () => failing(new UsherError('service_unavailable', 'unable to start; no server')),
  long: () => ready(long, ({ stores }) => stores.status.set({ phase: 'ready', hasOlder: true, loadingOlder: false })),
  hostile: () =>
    ready([
      message('<img src=x onerror="window.__x=1"><script>window.__x=1</script> javascript:alert(1) https://a.example/<b>', 0, {
        ...anna,
        name: '<svg onload=alert(1)>',
      }),
      message(`${'verylongword'.repeat(20)} ‮ moc.elpmaxe`, 1, 'me'),
      message('مرحبا، كيف يمكنني مساعدتك؟ https://example.com', 2, anna),
    ]),
}
