import { newId, type Presence, subjects } from '@usher-chat/sdk/protocol'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { pub, type RawNats, rawNats } from '../../test/raw-nats.ts'
import { seedAgent, seedSite } from '../../test/seed-site.ts'
import { startNats, startOwnPostgres, startPostgres, type TestDatabase, type TestNats } from '../../test/start-stack.ts'
import { mintAgentJwt, mintVisitorJwt } from '../access/user-jwt.ts'
import { connectDb, type Db } from '../db/connect-db.ts'
import { setPresence } from '../db/conversations/set-presence.ts'
import { silentLog } from '../log.ts'
import { startPresence } from './start-presence.ts'

let nats: TestNats
let postgres: TestDatabase
let db: Db
let site: string
const ends: (() => unknown)[] = []
// So long that only a change can be what makes a test pass.
const never = 3_600_000

beforeEach(async () => {
  nats = await startNats()
  await use(await startPostgres())
})

async function use(database: TestDatabase): Promise<void> {
  postgres = database
  db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  site = await seedSite(db)
}

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  await db.close()
  await postgres.stop()
  await nats.stop()
})

async function presence(options: { beatsEveryMs?: number; clock?: () => Date; onChange?: () => void } = {}) {
  const bus = await nats.bus()
  const own = startPresence({ bus, db, log: silentLog, onChange: () => {}, pulsesEveryMs: 20, ...options })
  ends.push(own.stop)
  await bus.flush()
  // Whatever the broker has taken until then has been heard.
  return { ...own, hear: () => bus.flush() }
}

async function line(jwt: string): Promise<RawNats> {
  const raw = await rawNats({ port: nats.port, jwt })
  ends.push(raw.close)
  return raw
}
const agentLine = (agent: string) => line(mintAgentJwt({ keys: nats.keys, sites: [site], agent, now: Date.now() }).jwt)
const visitorLine = (visitor: string) => line(mintVisitorJwt({ keys: nats.keys, site, visitor, now: Date.now() }).jwt)

const beat = (agent: string, presence: Presence) => pub(subjects.presence(agent), JSON.stringify({ v: 1, presence }))
const agentRow = async (agent: string) =>
  (
    await db.query<{ presence: Presence; last_seen_at: Date | null }>('select presence, last_seen_at from agents where id = $1', [agent])
  )[0]!

describe('[P7] heartbeats', () => {
  test('a changed presence is written at once, and told', async () => {
    const agent = await seedAgent(db, { sites: [site] })
    const onChange = vi.fn()
    await presence({ beatsEveryMs: never, onChange })
    const own = await agentLine(agent)
    for (const state of ['online', 'away', 'offline'] as const) {
      await own.say(beat(agent, state))
      await eventually(async () => expect((await agentRow(agent)).presence).toBe(state))
    }
    await eventually(() => expect(onChange).toHaveBeenCalledTimes(3))
  })

  test('unchanged ones move the last sign of life, all agents in one statement', async () => {
    const agents = await Promise.all(Array.from({ length: 30 }, () => seedAgent(db, { sites: [site] })))
    let now = new Date('2030-01-01T12:00:00Z')
    await presence({ beatsEveryMs: 20, clock: () => now })
    const lines = await Promise.all(agents.map(agentLine))
    const seen = () => db.query(`select 1 from agents where presence = 'online' and last_seen_at = $1`, [now])
    await Promise.all(lines.map((own, i) => own.say(beat(agents[i]!, 'online'))))
    await eventually(async () => expect(await seen()).toHaveLength(30))
    now = new Date('2030-01-01T12:00:10Z')
    await Promise.all(lines.map((own, i) => own.say(beat(agents[i]!, 'online'))))
    await eventually(async () => expect(await seen()).toHaveLength(30))
  })

  test('one that was under way when the agent chose another presence changes nothing', async () => {
    const agent = await seedAgent(db, { sites: [site] })
    const other = await seedAgent(db, { sites: [site] })
    const at = new Date('2030-01-01T12:00:00Z')
    await presence({ beatsEveryMs: 20, clock: () => at })
    await setPresence(db, { agent, presence: 'away' }, new Date(at.getTime() + 1))
    await (await agentLine(agent)).say(beat(agent, 'online'))
    await (await agentLine(other)).say(beat(other, 'online'))
    await eventually(async () => expect((await agentRow(other)).presence).toBe('online'))
    expect((await agentRow(agent)).presence).toBe('away')
  })

  test('an agent who stays offline is not seen: what they left behind is not theirs for ever', async () => {
    const agent = await seedAgent(db, { sites: [site], presence: 'online', lastSeenAt: new Date('2030-01-01T11:59:50Z') })
    let now = new Date('2030-01-01T12:00:00Z')
    await presence({ beatsEveryMs: 20, clock: () => now })
    const own = await agentLine(agent)
    await own.say(beat(agent, 'offline'))
    await eventually(async () => expect(await agentRow(agent)).toEqual({ presence: 'offline', last_seen_at: now }))
    const left = now
    now = new Date('2030-01-01T12:00:10Z')
    await own.say(beat(agent, 'offline'))
    const other = await seedAgent(db, { sites: [site] })
    await (await agentLine(other)).say(beat(other, 'online'))
    await eventually(async () => expect((await agentRow(other)).presence).toBe('online'))
    expect((await agentRow(agent)).last_seen_at).toEqual(left)
  })

  test('what is no heartbeat, or of a deactivated agent, changes nothing', async () => {
    const agent = await seedAgent(db, { sites: [site] })
    const gone = await seedAgent(db, { sites: [site] })
    await db.query('update agents set deactivated_at = now() where id = $1', [gone])
    await presence({ beatsEveryMs: 20 })
    const own = await agentLine(agent)
    await own.say(pub(subjects.presence(agent), '{"v":1,"presence":"everywhere"}'), pub(subjects.presence(agent), 'no json'))
    await (await agentLine(gone)).say(beat(gone, 'online'))
    await own.say(beat(agent, 'away'))
    await eventually(async () => expect((await agentRow(agent)).presence).toBe('away'))
    expect((await agentRow(gone)).presence).toBe('offline')
  })
})

const cursors = () => db.query<{ reader: string; seq: number }>('select reader, seq from read_cursors order by reader')
const seedVisitor = async (visitor = newId()) => {
  await db.query('insert into visitors (site_id, id) values ($1, $2)', [site, visitor])
  return visitor
}
const readTo = (subject: string, seq: number) => pub(subject, JSON.stringify({ v: 1, type: 'read', seq }))

describe('pulses', () => {
  test('reading moves the cursor of each reader forward, never back', async () => {
    const agent = await seedAgent(db, { sites: [site] })
    const visitor = await seedVisitor()
    await presence()
    const [theirs, ours] = [await visitorLine(visitor), await agentLine(agent)]
    await theirs.say(readTo(subjects.visitorPulse(site, visitor), 7), readTo(subjects.visitorPulse(site, visitor), 5))
    await ours.say(readTo(subjects.agentPulse(site, visitor, agent), 9))
    await eventually(async () =>
      expect(new Map((await cursors()).map(({ reader, seq }) => [reader, seq]))).toEqual(
        new Map([
          ['visitor', 7],
          [agent, 9],
        ]),
      ),
    )
    await theirs.say(readTo(subjects.visitorPulse(site, visitor), 6))
    await ours.say(readTo(subjects.agentPulse(site, visitor, agent), 12))
    await eventually(async () =>
      expect(new Map((await cursors()).map(({ reader, seq }) => [reader, seq]))).toEqual(
        new Map([
          ['visitor', 7],
          [agent, 12],
        ]),
      ),
    )
  })

  test('[P9] a thread that nothing was written in gets no row; a cursor that came before the first message was stored is not lost', async () => {
    await presence()
    const visitor = newId()
    const own = await visitorLine(visitor)
    await own.say(readTo(subjects.visitorPulse(site, visitor), 7))
    const other = await seedVisitor()
    await (await visitorLine(other)).say(readTo(subjects.visitorPulse(site, other), 3))
    await eventually(async () => expect(await cursors()).toEqual([{ reader: 'visitor', seq: 3 }]))
    await seedVisitor(visitor)
    await eventually(async () => expect((await cursors()).map(({ seq }) => seq).sort()).toEqual([3, 7]))
  })

  test('the page of a visitor who has written is kept, whatever its title holds', async () => {
    const visitor = await seedVisitor()
    await presence()
    const own = await visitorLine(visitor)
    const here = (title: string) =>
      pub(subjects.visitorPulse(site, visitor), JSON.stringify({ v: 1, type: 'here', page: { url: 'https://shop.example/a', title } }))
    await own.say(here('A \0 film \ud83d'))
    const page = async () => (await db.query<{ page: unknown }>('select page from visitors where id = $1', [visitor]))[0]?.page
    await eventually(async () => expect(await page()).toEqual({ url: 'https://shop.example/a', title: 'A \ufffd film \ufffd' }))
    await own.say(here('Next'))
    await eventually(async () => expect(await page()).toMatchObject({ title: 'Next' }))
  })

  test("typing is nobody's business here, and two servers that hear the same do no harm", async () => {
    const visitor = await seedVisitor()
    await presence()
    await presence()
    const own = await visitorLine(visitor)
    await own.say(
      pub(subjects.visitorPulse(site, visitor), '{"v":1,"type":"typing","text":"h"}'),
      readTo(subjects.visitorPulse(site, visitor), 4),
    )
    await eventually(async () => expect(await cursors()).toEqual([{ reader: 'visitor', seq: 4 }]))
  })
})

test('what is left is written when it stops', async () => {
  const visitor = await seedVisitor()
  const own = await presence({ beatsEveryMs: never })
  const agent = await seedAgent(db, { sites: [site] })
  await (await visitorLine(visitor)).say(readTo(subjects.visitorPulse(site, visitor), 4))
  await (await agentLine(agent)).say(beat(agent, 'online'))
  await own.hear()
  await own.stop()
  expect((await agentRow(agent)).presence).toBe('online')
  expect(await cursors()).toEqual([{ reader: 'visitor', seq: 4 }])
})

test('[P8] while Postgres is away the newest is kept, and written when it is back', async () => {
  await db.close()
  await postgres.stop()
  const server = await startOwnPostgres({ fsync: 'off' })
  await use(server)
  const agent = await seedAgent(db, { sites: [site] })
  const visitor = await seedVisitor()
  await presence({ beatsEveryMs: 20 })
  await server.kill9()
  const [ours, theirs] = [await agentLine(agent), await visitorLine(visitor)]
  for (const seq of [3, 8, 5]) await theirs.say(readTo(subjects.visitorPulse(site, visitor), seq))
  for (const state of ['online', 'away'] as const) await ours.say(beat(agent, state))
  await server.restart()
  await eventually(async () => expect(await cursors()).toEqual([{ reader: 'visitor', seq: 8 }]))
  await eventually(async () => expect((await agentRow(agent)).presence).toBe('away'))
})
