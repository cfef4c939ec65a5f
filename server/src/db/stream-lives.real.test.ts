import { expect, test } from 'vitest'
import { startPostgres } from '../../test/start-stack.ts'
import { silentLog } from '../log.ts'
import { connectDb, type Db } from './connect-db.ts'
import { type StreamState, settleEpoch } from './stream-lives.ts'

async function setUp() {
  const postgres = await startPostgres()
  const [db, other] = [1, 2].map(() => connectDb({ url: postgres.databaseUrl, log: silentLog })) as [
    ReturnType<typeof connectDb>,
    ReturnType<typeof connectDb>,
  ]
  const [life] = await db.query<{ n: number }>('select count(*) as n from stream_lives')
  expect(life?.n).toBe(0)
  return {
    db,
    other,
    async [Symbol.asyncDispose]() {
      await Promise.all([db.close(), other.close()])
      await postgres.stop()
    },
  }
}

const settle = (db: Db, stream: StreamState) => settleEpoch({ db, readStream: async () => stream })

const created = new Date('2026-01-01T00:00:00.123Z')

test('[P4] servers that start at once agree on the epoch, and asking again changes nothing', async () => {
  await using stack = await setUp()
  const stream = { created, lastSeq: 10 }
  const both = () => Promise.all([stack.db, stack.other, stack.db, stack.other].map((db) => settle(db, stream)))
  expect(await both()).toEqual([0, 0, 0, 0])
  expect(await both()).toEqual([0, 0, 0, 0])

  const remade = { created: new Date('2026-02-01T00:00:00Z'), lastSeq: 0 }
  const epochs = await Promise.all([stack.db, stack.other, stack.db].map((db) => settle(db, remade)))
  expect(epochs).toEqual([1, 1, 1])
})

test('[P4] a stream that lost what history holds starts the next epoch, once', async () => {
  await using stack = await setUp()
  await settle(stack.db, { created, lastSeq: 100 })
  await stack.db.query('insert into history_marks (epoch, slot, stream_seq) values (0, 1, 90), (0, 2, 80)')
  expect(await settle(stack.db, { created, lastSeq: 90 })).toBe(0)

  const cut = { created, lastSeq: 89 }
  expect(await settle(stack.db, cut)).toBe(1)
  expect(await settle(stack.other, cut)).toBe(1)
  // The new life's own marks count from here on.
  await stack.db.query('insert into history_marks (epoch, slot, stream_seq) values (1, 1, 95)')
  expect(await settle(stack.db, { created, lastSeq: 95 })).toBe(1)
  expect(await settle(stack.db, { created, lastSeq: 94 })).toBe(2)
})
