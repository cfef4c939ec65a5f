import { isUsherError, newId, type Presence } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { connectDb, type Db } from '../src/db/connect-db.ts'
import { assignConversation } from '../src/db/conversations/assign-conversation.ts'
import { reopenConversation } from '../src/db/conversations/reopen-conversation.ts'
import { resolveConversation } from '../src/db/conversations/resolve-conversation.ts'
import { setPresence } from '../src/db/conversations/set-presence.ts'
import { startHistory } from '../src/history/start-history.ts'
import { type Log, silentLog } from '../src/log.ts'
import { createMetrics } from '../src/metrics.ts'
import { startRouter } from '../src/router/start-router.ts'
import { eventually } from './eventually.ts'
import { seedAgent, seedSite, visitorSays } from './seed-site.ts'
import { startStack, type TestStack } from './start-stack.ts'

interface Server {
  stop(): Promise<void>
}

/** A server with router and history. What goes wrong in it is collected. */
async function startServer(stack: TestStack, problems: string[]): Promise<Server> {
  const complain = (facts: object, sentence: string) => problems.push(`${sentence}: ${'error' in facts ? facts.error : ''}`)
  const log: Log = { ...silentLog, warn: complain, error: complain }
  const db = connectDb({ url: stack.databaseUrl, log })
  const bus = await stack.nats.bus()
  const facts = { bus, db, epoch: () => 0, log, metrics: createMetrics() }
  const router = startRouter({ ...facts, agentGoneMs: 3_600_000, everyMs: 50 })
  const history = startHistory(facts)
  return {
    async stop() {
      await Promise.all([router.stop(), history.stop()])
      await db.close()
    },
  }
}

const oneOf = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T

/** One thing that agents do to conversations, refused or not. */
async function act(db: Db, sites: readonly string[], agents: readonly string[]): Promise<void> {
  const [row] = await db.query<{ id: string; opened_seq: number }>('select id, opened_seq from conversations order by random() limit 1')
  const [agent, now] = [oneOf(agents), new Date()]
  if (row === undefined) return
  const command = { sites, id: row.id, by: agent }
  const presence = oneOf<Presence>(['online', 'online', 'away', 'offline'])
  const acts = [
    () => assignConversation(db, { ...command, agent, take: true }, now),
    () => resolveConversation(db, { ...command, seq: row.opened_seq }, now),
    () => resolveConversation(db, command, now),
    () => reopenConversation(db, command, now),
    () => setPresence(db, { agent, presence }, now),
  ]
  await oneOf(acts)().catch((error: unknown) => {
    if (!isUsherError(error)) throw error
  })
}

test('[P7] whatever agents do at once on two servers, no conversation is stuck, none is lost, and nothing deadlocks', async () => {
  await using stack = await startStack()
  const db = connectDb({ url: stack.databaseUrl, log: silentLog, size: 12 })
  const sites = [await seedSite(db), await seedSite(db)]
  const agents = await Promise.all(Array.from({ length: 4 }, () => seedAgent(db, { sites, presence: 'online', capacity: 3 })))
  const threads = Array.from({ length: 16 }, () => ({ site: oneOf(sites), visitor: newId() }))
  const problems: string[] = []
  const servers = [await startServer(stack, problems), await startServer(stack, problems)]

  const talking = threads.map(async ({ site, visitor }) => {
    for (let i = 0; i < 15; i++) await visitorSays(stack.nats, site, visitor, `message ${i}`)
  })
  const acting = Array.from({ length: 6 }, async () => {
    for (let i = 0; i < 60; i++) await act(db, sites, agents)
  })
  await Promise.all([...talking, ...acting])

  // The workers read on their own; only what both have read can be judged.
  const bus = await stack.nats.bus()
  for (const worker of ['history', 'router']) {
    await eventually(async () => expect(await bus.consumerInfo(worker)).toMatchObject({ pending: 0, unacked: 0 }))
  }
  await db.query('update agents set capacity = 1000')
  for (const agent of agents) await setPresence(db, { agent, presence: 'online' }, new Date())
  await eventually(async () => expect(await db.query('select from outbox')).toEqual([]))
  await eventually(async () => expect(await db.query(`select from conversations where status = 'queued' or overlooked`)).toEqual([]))
  // Nobody waits unheard: a message lies before the end of a conversation, or somebody has the thread now. Where that conversation says it
  // begins does not matter: a message that was read late, after a resolve, lies before it, and stands in the same thread.
  const unheard = await db.query(
    `select m.seq from messages m where m.author_role = 'visitor' and not exists (
       select 1 from conversations c where c.site_id = m.site_id and c.visitor_id = m.visitor_id
         and (m.seq <= c.resolved_seq or c.status = 'open'))`,
  )
  expect(unheard).toEqual([])
  const overlapping = await db.query(
    `select a.id from conversations a join conversations b on a.site_id = b.site_id and a.visitor_id = b.visitor_id and a.opened_seq < b.opened_seq
     where coalesce(a.resolved_seq, b.opened_seq) >= b.opened_seq`,
  )
  expect(overlapping).toEqual([])
  expect(await db.query(`select from messages where author_role = 'visitor'`)).toHaveLength(16 * 15)
  expect(problems.filter((problem) => /deadlock|duplicate|violates/.test(problem))).toEqual([])
  await Promise.all(servers.map((server) => server.stop()))
  await db.close()
})
