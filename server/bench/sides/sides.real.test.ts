import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Load, startLoad } from '../load/start-load.ts'
import { usageOfAll } from '../machine/process-usage.ts'
import { canHaveRedis } from '../peers/start-redis.ts'
import type { Side } from './side.ts'
import { startPeer } from './start-peer.ts'
import { startUsherSides } from './start-usher.ts'

// Only the bench needs Redis: a machine that cannot have it still proves the rest.
const hasRedis = await canHaveRedis()

let load: Load

beforeAll(async () => {
  load = await startLoad({ file: 'examples/dialogues.jsonl' })
})

afterAll(() => load.stop())

/** Three threads of two tabs: five messages each flat out, then a few at a rate. Every one must reach every screen. */
async function talk(side: Side): Promise<void> {
  await load.run('open', { target: side.target, threads: 3, tabs: 2 })
  await load.run('warm', {})
  const flat = await load.run('flat', { window: 2, perThread: 5 })
  expect(flat).toMatchObject({ messages: 15 })
  const rate = await load.run('rate', { perSecond: 100, count: 20 })
  expect(rate.acked.count).toBe(20)
  expect(rate.screen.p50).toBeGreaterThan(0)
  await load.run('close', {})
}

/** Visitors who are cut off by a killed server come back by themselves. */
async function survive(side: Side): Promise<void> {
  expect(await load.run('idle', { target: side.target, count: 20 })).toMatchObject({ open: 20, cuts: 0 })
  await side.killServer()
  await expect.poll(() => load.run('idleState', {}), { timeout: 30_000 }).toMatchObject({ open: 20, cuts: 20 })
  await load.run('idleClose', {})
}

/** All messages of the runs above: 3 of the warm-up, 15 flat out, 20 at a rate. */
const told = 38

describe.each(hasRedis ? (['socket-io', 'listen-notify'] as const) : (['listen-notify'] as const))('the peer %s', (kind) => {
  let side: Side

  beforeAll(async () => {
    side = await startPeer(kind)
  })

  afterAll(() => side.stop())

  test('brings every message to every screen, and its processes are known', async () => {
    await talk(side)
    const { server = [], postgres = [] } = side.processes()
    expect(usageOfAll(server).memoryBytes).toBeGreaterThan(1e7)
    expect(usageOfAll(postgres).cpuSeconds).toBeGreaterThan(0)
  })

  test('has everything it acknowledged in Postgres when it is killed, and its visitors come back', async () => {
    await survive(side)
    const client = new pg.Client({ connectionString: side.databaseUrl })
    await client.connect()
    const { rows } = await client.query('select count(*)::int as count from messages')
    await client.end()
    expect(rows).toEqual([{ count: told }])
  })
})

describe('Usher and the floor below it', () => {
  let sides: Awaited<ReturnType<typeof startUsherSides>>

  beforeAll(async () => {
    sides = await startUsherSides()
  })

  afterAll(() => sides.usher.stop())

  test('[P3] bring every message to every screen, and Usher to Postgres', async () => {
    await talk(sides.usher)
    await talk(sides.floor)
    const client = new pg.Client({ connectionString: sides.usher.databaseUrl })
    await client.connect()
    const { rows } = await client.query(`select count(*)::int as count from messages where kind = 'text'`)
    await client.end()
    expect(rows).toEqual([{ count: told }])
  })

  test('[P8] visitors of a killed server come back, also to a server beside it', async () => {
    await survive(sides.usher)
    await sides.usher.makeRoom?.(10_000)
    expect(sides.usher.processes().server).toHaveLength(2)
    await load.run('open', { target: sides.usher.target, threads: 4, tabs: 1 })
    await load.run('warm', {})
    await load.run('close', {})
  })

  test('bring every message to each agent of its site, when there are several of both', async () => {
    await sides.usher.makeStaff?.({ sites: 2, agents: 3 })
    for (const shape of [
      { threads: 2, agents: 3 },
      { threads: 4, sites: 2 },
    ]) {
      await load.run('open', { target: sides.usher.target, tabs: 1, ...shape })
      await load.run('warm', {})
      await load.run('flat', { window: 1, perThread: 3 })
      await load.run('close', {})
    }
  })
})
