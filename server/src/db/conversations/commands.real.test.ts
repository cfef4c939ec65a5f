import { type ErrorCode, isUsherError, newId, type ThreadEvent } from '@usher-chat/sdk/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedAgent, seedSite } from '../../../test/seed-site.ts'
import { startPostgres, type TestDatabase } from '../../../test/start-stack.ts'
import { silentLog } from '../../log.ts'
import { connectDb, type Db } from '../connect-db.ts'
import { assignConversation } from './assign-conversation.ts'
import { reopenConversation } from './reopen-conversation.ts'
import { resolveConversation } from './resolve-conversation.ts'
import { setPresence } from './set-presence.ts'

let postgres: TestDatabase
let db: Db
let site: string
let anna: string
let ben: string
const now = new Date()

beforeAll(async () => {
  postgres = await startPostgres()
  db = connectDb({ url: postgres.databaseUrl, log: silentLog, size: 20 })
  site = await seedSite(db)
  anna = await seedAgent(db, { sites: [site], name: 'Anna' })
  ben = await seedAgent(db, { sites: [site], name: 'Ben' })
})

afterAll(async () => {
  await db.close()
  await postgres.stop()
})

interface Seed {
  assignee?: string | null
  openedSeq?: number
  askedSeq?: number
  visitor?: string
}

async function seedConversation({ assignee = null, openedSeq = 10, askedSeq = 12, visitor = newId() }: Seed = {}) {
  const id = newId()
  await db.query(
    `insert into conversations (site_id, id, visitor_id, status, assignee_id, assigned_at, opened_seq, asked_seq)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [site, id, visitor, assignee === null ? 'queued' : 'open', assignee, assignee && now, openedSeq, askedSeq],
  )
  return { id, visitor }
}

const one = async (id: string) =>
  (
    await db.query<{
      status: string
      assignee_id: string | null
      resolved_seq: number | null
      assigned_at: Date | null
      resolved_at: Date | null
    }>('select * from conversations where id = $1', [id])
  )[0]

/** Types of the events on their way to the thread of a conversation, in order. */
const eventsOf = async (id: string) =>
  (await db.query<{ payload: ThreadEvent }>(`select payload from outbox where payload ->> 'conversation' = $1 order by ordinal`, [id])).map(
    ({ payload }) => payload,
  )
const typesOf = async (id: string) => (await eventsOf(id)).map(({ type }) => type)

const refusedAs = (code: ErrorCode, reason: RegExp) => (error: unknown) => isUsherError(error, code) && reason.test(error.message)

describe('assign', () => {
  test('[P7] gives a queued conversation to an agent and tells the thread', async () => {
    const { id } = await seedConversation()
    const row = await assignConversation(db, { sites: [site], id, agent: anna, by: ben, take: false }, now)
    expect(row).toMatchObject({ id, site, status: 'open', assignee: anna })
    expect(await one(id)).toMatchObject({ status: 'open', assignee_id: anna, assigned_at: now })
    expect(await eventsOf(id)).toMatchObject([{ type: 'conversation.assigned', data: { agent: { id: anna, name: 'Anna' }, by: ben } }])
  })

  test('assigning it again to the same agent changes nothing', async () => {
    const { id } = await seedConversation({ assignee: anna })
    await assignConversation(db, { sites: [site], id, agent: anna, by: anna, take: false }, new Date(now.getTime() + 1_000))
    expect((await one(id))?.assigned_at).toEqual(now)
    expect(await eventsOf(id)).toEqual([])
  })

  test("a colleague's conversation is taken only on purpose", async () => {
    const { id } = await seedConversation({ assignee: anna })
    const command = { sites: [site], id, agent: ben, by: ben }
    await expect(assignConversation(db, { ...command, take: false }, now)).rejects.toSatisfy(
      refusedAs('already_assigned', /Anna already has it/),
    )
    expect((await one(id))?.assignee_id).toBe(anna)
    await assignConversation(db, { ...command, take: true }, now)
    expect((await one(id))?.assignee_id).toBe(ben)
  })

  test('[P6] a conversation of a foreign site does not exist; an agent of a foreign site cannot have one', async () => {
    const { id } = await seedConversation()
    const stranger = await seedAgent(db, { sites: [await seedSite(db)] })
    const command = { id, by: anna, take: false }
    const unknown = refusedAs('not_found', /no such conversation/)
    await expect(assignConversation(db, { ...command, sites: [newId()], agent: anna }, now)).rejects.toSatisfy(unknown)
    await expect(assignConversation(db, { ...command, sites: [], agent: anna }, now)).rejects.toSatisfy(unknown)
    await expect(assignConversation(db, { ...command, sites: [site], agent: stranger }, now)).rejects.toSatisfy(
      refusedAs('not_found', /does not serve the site/),
    )
    expect((await one(id))?.status).toBe('queued')
  })

  test('a resolved one must be reopened first', async () => {
    const { id } = await seedConversation({ assignee: anna })
    await resolveConversation(db, { sites: [site], id, by: anna }, now)
    await expect(assignConversation(db, { sites: [site], id, agent: ben, by: ben, take: true }, now)).rejects.toSatisfy(
      refusedAs('conflict', /reopen it first/),
    )
  })

  test('[S29] of fifty agents who take it at once, one has it and the others are told', async () => {
    const { id } = await seedConversation()
    const agents = await Promise.all(Array.from({ length: 50 }, () => seedAgent(db, { sites: [site] })))
    const results = await Promise.allSettled(
      agents.map((agent) => assignConversation(db, { sites: [site], id, agent, by: agent, take: false }, now)),
    )
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(49)
    expect(refused.every(({ reason }) => isUsherError(reason, 'already_assigned'))).toBe(true)
    expect(await typesOf(id)).toEqual(['conversation.assigned'])
  })
})

describe('resolve', () => {
  test('ends the conversation where the agent saw it end', async () => {
    const { id } = await seedConversation({ assignee: anna })
    const row = await resolveConversation(db, { sites: [site], id, by: anna, seq: 15 }, now)
    expect(row).toMatchObject({ status: 'resolved', resolvedSeq: 15 })
    expect(await one(id)).toMatchObject({ status: 'resolved', resolved_seq: 15, resolved_at: now, assignee_id: anna })
    expect(await eventsOf(id)).toMatchObject([{ type: 'conversation.resolved', data: { by: anna } }])
  })

  test('without a seq, at everything known of the thread', async () => {
    const asked = await seedConversation({ assignee: anna, askedSeq: 30 })
    expect((await resolveConversation(db, { sites: [site], id: asked.id, by: anna }, now)).resolvedSeq).toBe(30)
    const stored = await seedConversation({ assignee: anna })
    await db.query('insert into visitors (site_id, id, last_seq) values ($1, $2, 40)', [site, stored.visitor])
    expect((await resolveConversation(db, { sites: [site], id: stored.id, by: anna }, now)).resolvedSeq).toBe(40)
  })

  test('never before its first message', async () => {
    const { id } = await seedConversation({ openedSeq: 10, askedSeq: 10 })
    expect((await resolveConversation(db, { sites: [site], id, by: anna, seq: 3 }, now)).resolvedSeq).toBe(10)
  })

  test('[S29] fifty at once resolve it once', async () => {
    const { id } = await seedConversation({ assignee: anna })
    const rows = await Promise.all(
      Array.from({ length: 50 }, (_, i) => resolveConversation(db, { sites: [site], id, by: anna, seq: 20 + i }, now)),
    )
    expect(new Set(rows.map(({ resolvedSeq }) => resolvedSeq)).size).toBe(1)
    expect(await typesOf(id)).toEqual(['conversation.resolved'])
  })

  test('[P6] one of a foreign site does not exist', async () => {
    const { id } = await seedConversation()
    await expect(resolveConversation(db, { sites: [newId()], id, by: anna }, now)).rejects.toSatisfy(
      refusedAs('not_found', /no such conversation/),
    )
  })
})

describe('reopen', () => {
  test('gives it to who reopens it', async () => {
    const { id } = await seedConversation({ assignee: anna })
    await resolveConversation(db, { sites: [site], id, by: anna }, now)
    const row = await reopenConversation(db, { sites: [site], id, by: ben }, now)
    expect(row).toMatchObject({ status: 'open', assignee: ben, resolvedSeq: null })
    expect(await one(id)).toMatchObject({ status: 'open', assignee_id: ben, resolved_seq: null, resolved_at: null })
    expect(await typesOf(id)).toEqual(['conversation.resolved', 'conversation.reopened', 'conversation.assigned'])
  })

  test('of one that is not resolved, changes nothing', async () => {
    const { id } = await seedConversation({ assignee: anna })
    expect(await reopenConversation(db, { sites: [site], id, by: ben }, now)).toMatchObject({ status: 'open', assignee: anna })
    expect(await eventsOf(id)).toEqual([])
  })

  test('is refused while the visitor has another one, and when a newer one could be reopened', async () => {
    const old = await seedConversation({ assignee: anna })
    await resolveConversation(db, { sites: [site], id: old.id, by: anna }, now)
    const newer = await seedConversation({ assignee: anna, visitor: old.visitor, openedSeq: 20, askedSeq: 20 })
    const reopen = () => reopenConversation(db, { sites: [site], id: old.id, by: ben }, now)
    await expect(reopen()).rejects.toSatisfy(refusedAs('conflict', /another one that is not resolved/))
    await resolveConversation(db, { sites: [site], id: newer.id, by: anna }, now)
    await expect(reopen()).rejects.toSatisfy(refusedAs('conflict', /a newer one/))
  })

  test('[P6] only agents of the site reopen it', async () => {
    const { id } = await seedConversation({ assignee: anna })
    await resolveConversation(db, { sites: [site], id, by: anna }, now)
    const stranger = await seedAgent(db, { sites: [await seedSite(db)] })
    await expect(reopenConversation(db, { sites: [site], id, by: stranger }, now)).rejects.toSatisfy(refusedAs('forbidden', /site's teams/))
    await expect(reopenConversation(db, { sites: [newId()], id, by: stranger }, now)).rejects.toSatisfy(refusedAs('not_found', /no such/))
  })
})

describe('presence', () => {
  test('[P7] an agent who goes offline gives back what they have, at its old place; away keeps it', async () => {
    const cleo = await seedAgent(db, { sites: [site], name: 'Cleo', presence: 'online', capacity: 3 })
    const first = await seedConversation({ assignee: cleo })
    const second = await seedConversation({ assignee: cleo })
    await db.query(`update conversations set queued_at = '2020-01-01' where id = $1`, [second.id])
    expect(await setPresence(db, { agent: cleo, presence: 'away' }, now)).toEqual({ changed: true, givenBack: 0 })
    expect(await one(first.id)).toMatchObject({ status: 'open', assignee_id: cleo })
    expect(await setPresence(db, { agent: cleo, presence: 'offline' }, now)).toEqual({ changed: true, givenBack: 2 })
    expect(await one(first.id)).toMatchObject({ status: 'queued', assignee_id: null, assigned_at: null })
    expect(await eventsOf(second.id)).toMatchObject([
      { type: 'conversation.queued', data: { position: 1, reason: 'agent_gone' } },
      {
        type: 'routing.decided',
        data: { position: 1, considered: [{ agent: cleo, name: 'Cleo', outcome: 'offline', open: 2, capacity: 3 }] },
      },
    ])
    expect(await setPresence(db, { agent: cleo, presence: 'offline' }, now)).toEqual({ changed: false, givenBack: 0 })
  })

  test('of an unknown or deactivated agent changes nothing', async () => {
    const gone = await seedAgent(db, { sites: [site] })
    await db.query('update agents set deactivated_at = now() where id = $1', [gone])
    expect(await setPresence(db, { agent: gone, presence: 'online' }, now)).toEqual({ changed: false, givenBack: 0 })
    expect(await setPresence(db, { agent: newId(), presence: 'online' }, now)).toEqual({ changed: false, givenBack: 0 })
  })
})
