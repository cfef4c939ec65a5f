import { newId, newMessageId, toSeq } from '@usher-chat/sdk/protocol'
import { connectDb, type Db } from '../../src/db/connect-db.ts'
import { startHistory } from '../../src/history/start-history.ts'
import { silentLog } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics.ts'
import { startNats, startOwnPostgres, type TestNats, waitFor } from '../../test/start-stack.ts'
import { publishMany } from './publish-many.ts'

/** Rows a round writes on either side: 40 threads of 500 messages. */
const visitors = 40
const perVisitor = 500
const rows = visitors * perVisitor

/** The size of history's own batches. */
const batch = 500

/** History draining the stream into Postgres, against the same rows put into the same table by bare `unnest` inserts. */
export async function measureHistoryRows(options: {
  rounds: number
  lines: readonly string[]
  log: (line: string) => void
}): Promise<Record<'usher' | 'floor', number[]>> {
  const { rounds, lines, log } = options
  await using postgres = await startOwnPostgres()
  await using nats = await startNats()
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  const site = newId()
  await db.query(`insert into sites (id, key, name, identity_secret) values ($1, $1, 'bench', 'bench')`, [site])
  const sides = { usher: [] as number[], floor: [] as number[] }
  try {
    // Round −1 warms up and is not counted.
    for (let round = -1; round < rounds; round++) {
      const texts = Array.from({ length: rows }, (_, n) => `${lines[n % lines.length]} [${n}]`)
      await publishMany({ nats, site, visitors, perVisitor, lines: texts })
      const usher = await drain(nats, db)
      const floor = await insertBare(db, site, texts)
      if (round >= 0) {
        sides.usher.push(usher)
        sides.floor.push(floor)
      }
      log(`round ${round + 1} of ${rounds} done`)
    }
  } finally {
    await db.close()
  }
  return sides
}

/** Rows a second of the real station, from its start until the stream is acknowledged to the end. */
async function drain(nats: TestNats, db: Db): Promise<number> {
  const bus = await nats.bus('bench')
  const began = performance.now()
  const history = startHistory({ bus, db, epoch: () => 0, log: silentLog, metrics: createMetrics() })
  await waitFor('history to catch up', async () => {
    const { pending, unacked } = await bus.consumerInfo('history')
    return pending === 0 && unacked === 0
  })
  const seconds = (performance.now() - began) / 1_000
  await history.stop()
  return rows / seconds
}

async function insertBare(db: Db, site: string, texts: readonly string[]): Promise<number> {
  // Positions of an own life of the stream, so that the rows never meet those of history.
  const start = toSeq(1_000, Date.now())
  const threads = Array.from({ length: visitors }, () => newId())
  const prepared = texts.map((text, n) => ({
    visitor: threads[n % visitors] as string,
    seq: start + n,
    id: newMessageId(),
    body: JSON.stringify({ text }),
  }))
  const at = new Date()
  const began = performance.now()
  for (let from = 0; from < prepared.length; from += batch) {
    const part = prepared.slice(from, from + batch)
    await db.query(
      `insert into messages (site_id, visitor_id, seq, at, id, author_role, author_id, kind, body)
       select $1, visitor, seq, $2, id, 'visitor', visitor, 'text', body
       from unnest($3::text[], $4::bigint[], $5::uuid[], $6::jsonb[]) as row (visitor, seq, id, body)`,
      [site, at, part.map((row) => row.visitor), part.map((row) => row.seq), part.map((row) => row.id), part.map((row) => row.body)],
    )
  }
  return rows / ((performance.now() - began) / 1_000)
}
