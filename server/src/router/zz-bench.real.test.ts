import { newId } from '@usher-chat/sdk/protocol'
import { expect, test, vi } from 'vitest'
import { seedAgent, seedSite, visitorSays } from '../../test/seed-site.ts'
import { startStack } from '../../test/start-stack.ts'
import { connectDb } from '../db/connect-db.ts'
import { silentLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { startRouter } from './start-router.ts'

test('bench', async () => {
  await using stack = await startStack()
  const db = connectDb({ url: stack.databaseUrl, log: silentLog })
  const bus = await stack.nats.bus()
  const site = await seedSite(db)
  for (let i = 0; i < 10; i++)
    await seedAgent(db, { sites: [site], presence: 'online', capacity: 30, lastSeenAt: new Date(Date.now() + 1e7) })
  const visitors = Array.from({ length: 400 }, newId)
  await Promise.all(visitors.map((v) => visitorSays(stack.nats, site, v, 'hello', 'a', 'b')))
  let t = performance.now()
  const router = startRouter({ bus, db, epoch: () => 0, log: silentLog, metrics: createMetrics(), agentGoneMs: 30_000 })
  await vi.waitFor(async () => expect(await db.query('select 1 from conversations')).toHaveLength(400), 60_000)
  console.log('open 400:', performance.now() - t)
  await vi.waitFor(async () => expect(await db.query('select 1 from outbox where published_at is null')).toHaveLength(0), 60_000)
  console.log('published:', performance.now() - t)
  const v0 = visitors[0]!
  t = performance.now()
  for (let i = 0; i < 20; i++)
    await Promise.all(visitors.slice(0, 100).map((v) => visitorSays(stack.nats, site, v, 'hello', 'a', 'b', 'c', 'd', 'e')))
  console.log('sent 12000:', performance.now() - t)
  await vi.waitFor(async () => expect(await bus.consumerInfo('router')).toMatchObject({ pending: 0, unacked: 0 }), 60_000)
  console.log('counted:', performance.now() - t)
  await router.stop()
  await db.close()
})
