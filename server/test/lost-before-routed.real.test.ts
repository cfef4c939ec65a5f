import { encode, newId, newMessageId, type SiteId, subjects, type VisitorId } from '@usher-chat/sdk/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bus } from '../src/bus/bus.ts'
import { connectDb, type Db } from '../src/db/connect-db.ts'
import { resolveConversation } from '../src/db/conversations/resolve-conversation.ts'
import { decodeBatch } from '../src/history/decode-batch.ts'
import { storeRows } from '../src/history/store-rows.ts'
import { silentLog } from '../src/log.ts'
import { createMetrics } from '../src/metrics.ts'
import { type Router, startRouter } from '../src/router/start-router.ts'
import { eventually } from './eventually.ts'
import { seedAgent, seedSite, visitorSays } from './seed-site.ts'
import { startStack, type TestStack } from './start-stack.ts'

/* History was faster than the router, and then the stream lost what both had read of it. */

let stack: TestStack
let db: Db
let bus: Bus
let site: SiteId
let agent: string
let running: Router | undefined

beforeEach(async () => {
  stack = await startStack()
  db = connectDb({ url: stack.databaseUrl, log: silentLog })
  bus = await stack.nats.bus()
  site = await seedSite(db)
  agent = await seedAgent(db, { sites: [site], presence: 'online' })
})
afterEach(async () => {
  await running?.stop()
  await db.close()
  await stack.stop()
})

async function route({ epoch, everyMs = 100 }: { epoch: number; everyMs?: number }): Promise<void> {
  await running?.stop()
  running = startRouter({ bus, db, epoch: () => epoch, log: silentLog, metrics: createMetrics(), agentGoneMs: 30_000, everyMs })
}

/** What stands in Postgres, and in the stream no more. */
async function storedOnly(visitor: VisitorId, ...seqs: number[]): Promise<void> {
  const entries = seqs.map((seq) => ({
    subject: subjects.visitorMessage(site, visitor),
    data: encode({ v: 1, id: newMessageId(), kind: 'text', body: { text: `${seq}` } }),
    seq,
    time: new Date(),
  }))
  await db.transaction((tx) =>
    storeRows(
      tx,
      decodeBatch(0, entries).entries.map(({ row }) => row),
    ),
  )
}

const conversations = () =>
  db.query<{ id: string; visitor_id: string; status: string; opened_seq: number; asked_seq: number }>(
    'select id, visitor_id, status, opened_seq, asked_seq from conversations order by opened_seq',
  )

test('[P7] a visitor whose messages the router never saw gets a conversation when the next life begins, once', async () => {
  const [waits, answered] = [newId(), newId()]
  await storedOnly(answered, 5)
  await storedOnly(waits, 7, 9)
  await route({ epoch: 1 })
  await eventually(async () => expect(await conversations()).toHaveLength(2))
  const [first, second] = await conversations()
  expect(second).toMatchObject({ visitor_id: waits, status: 'open', opened_seq: 7, asked_seq: 9 })
  await resolveConversation(db, { sites: [site], id: first!.id, by: agent }, new Date())
  await route({ epoch: 2 })
  await visitorSays(stack.nats, site, newId(), 'of the next life')
  await eventually(async () => expect(await conversations()).toHaveLength(3))
  expect((await conversations()).map(({ visitor_id }) => visitor_id).slice(0, 2)).toEqual([answered, waits])
})

test('[P7] or when they write again: it begins with what was lost', async () => {
  await route({ epoch: 1, everyMs: 3_600_000 })
  const visitor = newId()
  await storedOnly(visitor, 7, 9)
  await visitorSays(stack.nats, site, visitor, 'anybody?')
  await eventually(async () => expect(await conversations()).toMatchObject([{ opened_seq: 7, asked_seq: 2 ** 40 + 1 }]))
})
