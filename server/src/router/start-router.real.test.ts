import { decode, event, type InternalEvent, internalEvent, newId, subjects, type ThreadEvent } from '@usher-chat/sdk/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { seedAgent, seedSite, visitorSays } from '../../test/seed-site.ts'
import { startStack, type TestStack } from '../../test/start-stack.ts'
import type { Bus } from '../bus/bus.ts'
import { connectDb, type Db } from '../db/connect-db.ts'
import { reopenConversation } from '../db/conversations/reopen-conversation.ts'
import { resolveConversation } from '../db/conversations/resolve-conversation.ts'
import { setPresence } from '../db/conversations/set-presence.ts'
import { silentLog } from '../log.ts'
import { createMetrics, type Metrics } from '../metrics.ts'
import { type Router, startRouter } from './start-router.ts'

let stack: TestStack
let db: Db
let bus: Bus
let metrics: Metrics
let site: string
const started: { stop(): Promise<void> }[] = []
const agentGoneMs = 30_000
// So long that only `wake` can be what makes a test pass.
const never = 3_600_000

beforeEach(async () => {
  stack = await startStack()
  db = connectDb({ url: stack.databaseUrl, log: silentLog })
  bus = await stack.nats.bus()
  metrics = createMetrics()
  site = await seedSite(db)
})

afterEach(async () => {
  for (const router of started.splice(0)) await router.stop()
  await db.close()
  await stack.stop()
})

function router(options: { everyMs?: number; bus?: Bus; db?: Db } = {}): Router {
  const own = startRouter({ bus, db, epoch: () => 0, log: silentLog, metrics: createMetrics(), agentGoneMs, everyMs: 100, ...options })
  started.push(own)
  return own
}

interface Row {
  id: string
  visitor_id: string
  status: string
  assignee_id: string | null
  opened_seq: number
  asked_seq: number
  queued_at: Date
}

const conversations = () => db.query<Row>('select * from conversations order by opened_seq')
const byVisitor = async () => new Map((await conversations()).map((row) => [row.visitor_id, row]))

/** Everything the server said in a thread, in the order of the stream. */
async function eventsOf(visitor: string): Promise<(ThreadEvent | InternalEvent)[]> {
  const events: (ThreadEvent | InternalEvent)[] = []
  let afterSeq = 0
  for (;;) {
    const message = await bus.getNext({ afterSeq, subjectFilter: subjects.thread(site, visitor) })
    if (message === undefined) return events
    afterSeq = message.seq
    const read = decode(event, message.data) ?? decode(internalEvent, message.data)
    if (read !== undefined) events.push(read)
  }
}
const typesOf = async (visitor: string) => (await eventsOf(visitor)).map(({ type }) => type)

/** Visitors who write one after the other: the order of the returned ids is that of their messages. */
async function visitorsWrite(count: number, to = site): Promise<string[]> {
  const visitors = Array.from({ length: count }, newId)
  for (const visitor of visitors) await visitorSays(stack.nats, to, visitor, 'hello')
  return visitors
}

describe('[P7] a visitor writes', () => {
  test('the least busy agent gets the conversation; the thread is told in order, agents are told why', async () => {
    const busy = await seedAgent(db, { sites: [site], name: 'Ben', presence: 'online' })
    router()
    const [first] = await visitorsWrite(1)
    await eventually(async () => expect((await byVisitor()).get(first!)?.assignee_id).toBe(busy))
    const free = await seedAgent(db, { sites: [site], name: 'Anna', presence: 'online' })
    const away = await seedAgent(db, { sites: [site], name: 'Cleo', presence: 'away' })
    const silent = await seedAgent(db, { sites: [site], name: 'Dora', presence: 'away', lastSeenAt: new Date(Date.now() - 60_000) })
    await seedAgent(db, { sites: [await seedSite(db)], name: 'Of another site', presence: 'online' })
    const [second] = await visitorsWrite(1)
    await eventually(async () => expect(await typesOf(second!)).toHaveLength(3))
    const { id } = (await byVisitor()).get(second!)!
    expect(await eventsOf(second!)).toMatchObject([
      { type: 'conversation.opened', conversation: id },
      { type: 'conversation.assigned', conversation: id, data: { agent: { id: free, name: 'Anna' }, by: 'router' } },
      {
        type: 'routing.decided',
        data: {
          chosen: free,
          considered: [
            { agent: free, outcome: 'chosen', open: 0, capacity: 8 },
            { agent: busy, name: 'Ben', outcome: 'busier', open: 1 },
            { agent: away, outcome: 'away' },
            { agent: silent, outcome: 'offline' },
          ],
        },
      },
    ])
  })

  test('with nobody online it is queued, and says its place and the reason', async () => {
    await seedAgent(db, { sites: [site], presence: 'away' })
    router()
    const visitors = await visitorsWrite(2)
    await eventually(async () => expect(await typesOf(visitors[1]!)).toHaveLength(3))
    expect((await eventsOf(visitors[1]!)).slice(0, 2)).toMatchObject([
      { type: 'conversation.opened' },
      { type: 'conversation.queued', data: { position: 2, reason: 'no_agent_online' } },
    ])
    expect((await eventsOf(visitors[1]!))[2]).toMatchObject({
      type: 'routing.decided',
      data: { position: 2, considered: [{ outcome: 'away' }] },
    })
  })

  test('further messages belong to the same conversation; after it is resolved, the next message opens the next', async () => {
    const agent = await seedAgent(db, { sites: [site], presence: 'online' })
    router()
    const visitor = newId()
    await visitorSays(stack.nats, site, visitor, 'one', 'two', 'three')
    await eventually(async () => expect(await conversations()).toMatchObject([{ opened_seq: 1, asked_seq: 3 }]))
    const [first] = await conversations()
    await resolveConversation(db, { sites: [site], id: first!.id, by: agent }, new Date())
    await visitorSays(stack.nats, site, visitor, 'four')
    await eventually(async () => expect(await conversations()).toMatchObject([{ status: 'resolved' }, { status: 'open' }]))
  })

  test('what they wrote before the resolve, but the agent did not see, opens the next conversation', async () => {
    const agent = await seedAgent(db, { sites: [site], presence: 'online' })
    const { wake } = router({ everyMs: never })
    const visitor = newId()
    await visitorSays(stack.nats, site, visitor, 'seen')
    await visitorSays(stack.nats, site, visitor, 'crossed the resolve', 'this too')
    await eventually(async () => expect((await conversations())[0]?.asked_seq).toBeGreaterThan(2))
    const [first] = await conversations()
    await resolveConversation(db, { sites: [site], id: first!.id, by: agent, seq: 1 }, new Date())
    wake()
    await eventually(async () => expect(await conversations()).toHaveLength(2))
    const [, next] = await conversations()
    expect(next).toMatchObject({ status: 'open', assignee_id: agent, opened_seq: 2, asked_seq: first!.asked_seq })
    await resolveConversation(db, { sites: [site], id: next!.id, by: agent }, new Date())
    wake()
    await eventually(async () => expect((await typesOf(visitor)).filter((type) => type === 'conversation.resolved')).toHaveLength(2))
    expect(await conversations()).toHaveLength(2)
  })

  test('what belonged to a resolved conversation is not forgotten when it is reopened and ends earlier', async () => {
    const agent = await seedAgent(db, { sites: [site], presence: 'online' })
    const { wake } = router()
    const visitor = newId()
    await visitorSays(stack.nats, site, visitor, 'one')
    await eventually(async () => expect(await conversations()).toMatchObject([{ status: 'open', opened_seq: 1 }]))
    const [{ id }] = (await conversations()) as [Row]
    const command = { sites: [site], id, by: agent }
    await resolveConversation(db, { ...command, seq: 1_000 }, new Date())
    await visitorSays(stack.nats, site, visitor, 'two')
    await eventually(async () => expect(await bus.consumerInfo('router')).toMatchObject({ pending: 0, unacked: 0 }))
    expect(await conversations()).toMatchObject([{ status: 'resolved' }])
    await reopenConversation(db, command, new Date())
    await resolveConversation(db, { ...command, seq: 1 }, new Date())
    wake()
    await eventually(async () => expect(await conversations()).toMatchObject([{ status: 'resolved' }, { status: 'open', opened_seq: 2 }]))
  })

  test('of a site that does not exist any more, holds up nobody', async () => {
    await seedAgent(db, { sites: [site], presence: 'online' })
    router()
    await visitorsWrite(1, newId())
    await visitorsWrite(1)
    await eventually(async () => expect(await conversations()).toMatchObject([{ status: 'open' }]))
    await eventually(async () => expect(await bus.consumerInfo('router')).toMatchObject({ pending: 0, unacked: 0 }))
  })
})

describe('[P7] the queue', () => {
  test('is drained first come first served, the moment an agent comes online', async () => {
    const { wake } = router({ everyMs: never })
    const agent = await seedAgent(db, { sites: [site], capacity: 3 })
    const visitors = await visitorsWrite(5)
    await eventually(async () => expect(await conversations()).toHaveLength(5))
    await setPresence(db, { agent, presence: 'online' }, new Date())
    wake()
    await eventually(async () => expect((await conversations()).filter(({ status }) => status === 'open')).toHaveLength(3))
    const rows = await byVisitor()
    expect(visitors.map((visitor) => rows.get(visitor)?.status)).toEqual(['open', 'open', 'open', 'queued', 'queued'])
  })

  test('goes on when a conversation is resolved or the capacity grows', async () => {
    const { wake } = router({ everyMs: never })
    const agent = await seedAgent(db, { sites: [site], presence: 'online', capacity: 1 })
    const visitors = await visitorsWrite(4)
    await eventually(async () => expect(await conversations()).toHaveLength(4))
    const statuses = async () => {
      const rows = await byVisitor()
      return visitors.map((visitor) => rows.get(visitor)?.status)
    }
    await eventually(async () =>
      expect((await eventsOf(visitors[3]!))[1]).toMatchObject({
        type: 'conversation.queued',
        data: { position: 3, reason: 'all_agents_busy' },
      }),
    )
    await resolveConversation(db, { sites: [site], id: (await byVisitor()).get(visitors[0]!)!.id, by: agent }, new Date())
    wake()
    await eventually(async () => expect(await statuses()).toEqual(['resolved', 'open', 'queued', 'queued']))
    await db.query('update agents set capacity = 2 where id = $1', [agent])
    wake()
    await eventually(async () => expect(await statuses()).toEqual(['resolved', 'open', 'open', 'queued']))
  })

  test('is drained without being told, too', async () => {
    router()
    const [visitor] = await visitorsWrite(1)
    await eventually(async () => expect(await conversations()).toMatchObject([{ status: 'queued' }]))
    const agent = await seedAgent(db, { sites: [site], presence: 'online' })
    await eventually(async () => expect((await byVisitor()).get(visitor!)?.assignee_id).toBe(agent))
    await eventually(async () =>
      expect(await typesOf(visitor!)).toEqual([
        'conversation.opened',
        'conversation.queued',
        'routing.decided',
        'conversation.assigned',
        'routing.decided',
      ]),
    )
  })
})

describe('[P7] an agent who vanishes', () => {
  test('gives back what they had, at its old place, and a colleague gets it', async () => {
    router()
    const gone = await seedAgent(db, { sites: [site], name: 'Ben', presence: 'online', capacity: 1 })
    const [first] = await visitorsWrite(1)
    await eventually(async () => expect((await byVisitor()).get(first!)?.assignee_id).toBe(gone))
    const [second] = await visitorsWrite(1)
    await eventually(async () => expect((await byVisitor()).get(second!)?.status).toBe('queued'))
    const { queued_at: place } = (await byVisitor()).get(first!)!
    await db.query('update agents set last_seen_at = $2 where id = $1', [gone, new Date(Date.now() - agentGoneMs - 1)])
    await eventually(async () => expect((await byVisitor()).get(first!)).toMatchObject({ status: 'queued', queued_at: place }))
    const colleague = await seedAgent(db, { sites: [site], name: 'Anna', presence: 'online', capacity: 1 })
    await eventually(async () => expect((await byVisitor()).get(first!)?.assignee_id).toBe(colleague))
    expect((await byVisitor()).get(second!)?.status).toBe('queued')
    await eventually(async () => expect(await typesOf(first!)).toHaveLength(7))
    expect((await eventsOf(first!)).slice(3)).toMatchObject([
      { type: 'conversation.queued', data: { position: 1, reason: 'agent_gone' } },
      { type: 'routing.decided', data: { considered: [{ agent: gone, outcome: 'offline' }] } },
      { type: 'conversation.assigned', data: { agent: { id: colleague }, by: 'router' } },
      { type: 'routing.decided', data: { chosen: colleague, considered: [{ outcome: 'chosen' }, { agent: gone, outcome: 'offline' }] } },
    ])
    expect(await db.query('select presence from agents where id = $1', [gone])).toEqual([{ presence: 'offline' }])
  })

  test('and an agent who is heard of keeps theirs', async () => {
    router()
    const agent = await seedAgent(db, { sites: [site], presence: 'away', lastSeenAt: new Date(Date.now() - agentGoneMs + 10_000) })
    const other = await seedAgent(db, { sites: [site], presence: 'online', lastSeenAt: new Date(Date.now() - agentGoneMs - 1) })
    await eventually(async () =>
      expect(await db.query('select presence from agents where id = $1', [other])).toEqual([{ presence: 'offline' }]),
    )
    expect(await db.query('select presence from agents where id = $1', [agent])).toEqual([{ presence: 'away' }])
  })

  test('a deactivated agent, and one who left with a last heartbeat, give theirs back; what an absent one was given by hand stays', async () => {
    const seen = new Date(Date.now() - agentGoneMs - 1_000)
    const deactivated = await seedAgent(db, { sites: [site], presence: 'online' })
    await db.query('update agents set deactivated_at = now() where id = $1', [deactivated])
    const left = await seedAgent(db, { sites: [site], presence: 'offline', lastSeenAt: seen })
    const absent = await seedAgent(db, { sites: [site], presence: 'offline', lastSeenAt: seen })
    const open = async (assignee: string, assignedAt: Date) => {
      const id = newId()
      await db.query(
        `insert into conversations (site_id, id, visitor_id, status, assignee_id, assigned_at, opened_seq) values ($1, $2, $2, 'open', $3, $4, 1)`,
        [site, id, assignee, assignedAt],
      )
      return id
    }
    const back = [await open(deactivated, new Date()), await open(left, new Date(seen.getTime() - 1))]
    const kept = await open(absent, new Date(seen.getTime() + 500))
    router()
    const queued = () => db.query<{ id: string }>(`select id from conversations where status = 'queued'`)
    await eventually(async () => expect(new Set((await queued()).map(({ id }) => id))).toEqual(new Set(back)))
    expect((await conversations()).find(({ id }) => id === kept)?.assignee_id).toBe(absent)
  })
})

describe('[P7] two routers at once', () => {
  async function twoRouters(): Promise<void> {
    for (const name of ['one', 'two']) {
      const own = connectDb({ url: stack.databaseUrl, log: silentLog })
      const { stop } = router({ bus: await stack.nats.bus(name), db: own })
      started.splice(-1, 1, { stop: () => stop().then(() => own.close()) })
    }
  }

  test('[S29] open exactly one conversation for fifty messages at once, from its first message on', async () => {
    await twoRouters()
    const visitor = newId()
    const lines = Array.from({ length: 50 }, (_, i) => visitorSays(stack.nats, site, visitor, `message ${i}`))
    await Promise.all(lines)
    await eventually(async () => expect(await bus.consumerInfo('router')).toMatchObject({ pending: 0, unacked: 0 }))
    expect(await conversations()).toMatchObject([{ opened_seq: 1, status: 'queued' }])
    expect((await conversations())[0]?.asked_seq).toBeGreaterThanOrEqual(50)
    await eventually(async () => expect(await typesOf(visitor)).toEqual(['conversation.opened', 'conversation.queued', 'routing.decided']))
  })

  test('never give an agent more than they can have, even of two sites, and serve both queues in order', async () => {
    const other = await seedSite(db)
    const agents = [
      await seedAgent(db, { sites: [site, other], presence: 'online', capacity: 3 }),
      await seedAgent(db, { sites: [site, other], presence: 'online', capacity: 2 }),
      await seedAgent(db, { sites: [other], presence: 'online', capacity: 2 }),
    ]
    await twoRouters()
    await Promise.all([visitorsWrite(15), visitorsWrite(15, other)])
    await eventually(async () => expect(await conversations()).toHaveLength(30))
    await eventually(async () => expect((await conversations()).filter(({ status }) => status === 'open')).toHaveLength(7))
    const open = (await conversations()).filter(({ status }) => status === 'open')
    expect(agents.map((agent) => open.filter(({ assignee_id }) => assignee_id === agent).length)).toEqual([3, 2, 2])
    for (const agent of agents) await setPresence(db, { agent, presence: 'offline' }, new Date())
    await eventually(async () => expect((await conversations()).filter(({ status }) => status === 'open')).toHaveLength(0))
  })
})

test('[P7] what the router did can be scraped', async () => {
  await seedAgent(db, { sites: [site], presence: 'online', capacity: 1 })
  const own = startRouter({ bus, db, epoch: () => 0, log: silentLog, metrics, agentGoneMs, everyMs: 50 })
  started.push(own)
  await visitorsWrite(2)
  await eventually(async () => {
    const text = await metrics.text()
    expect(text).toContain('usher_router_decisions_total{outcome="opened"} 2')
    expect(text).toContain('usher_router_decisions_total{outcome="assigned"} 1')
    expect(text).toContain('usher_router_decisions_total{outcome="queued"} 1')
    expect(text).toContain('usher_queue_length 1')
    expect(text).toContain('usher_router_wait_seconds_count 1')
    expect(text).toMatch(/usher_outbox_pending 6/)
  })
})
