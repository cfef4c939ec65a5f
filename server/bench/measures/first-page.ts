import { type Keys, loadKeyFiles, readKeys } from '../../src/access/keys.ts'
import { signVisitorToken } from '../../src/access/visitor-token.ts'
import { connectDb, type Db } from '../../src/db/connect-db.ts'
import { silentLog } from '../../src/log.ts'
import type { BenchStack } from '../bench-stack.ts'
import { type Tails, tails } from '../load/tails.ts'

/** Messages of a thread: a long year with one shop. */
const perThread = 50
/** Rows a statement adds. */
const chunk = 100_000
/** Pages read. */
const reads = 300

/** The n-th of the threads that are only there to be many. */
const visitorOf = (n: number): string => `bench${String(n).padStart(15, '0')}`

export interface FirstPageOptions {
  stack: BenchStack
  lines: readonly string[]
  /** Rows to have, ascending. */
  sizes: readonly number[]
  log: (line: string) => void
}

/** Fills `messages` up to each size and reads newest pages of random threads over HTTP, one after the other; ms. */
export async function measureFirstPage({ stack, lines, sizes, log }: FirstPageOptions): Promise<Map<number, Tails>> {
  const db = connectDb({ url: stack.databaseUrl, log: silentLog, size: 1, statementTimeoutMs: 600_000 })
  const keys = readKeys(loadKeyFiles({ keys: `${stack.home}/keys.json`, operator: `${stack.home}/operator.json` }).keys)
  const measured = new Map<number, Tails>()
  try {
    let rows = 0
    for (const size of sizes) {
      for (; rows < size; rows += chunk) await addRows(db, stack.demo.site, lines, rows)
      await db.query('vacuum analyze messages')
      measured.set(size, tails(await readPages(stack, keys, size / perThread)))
      log(`first page at ${size.toLocaleString('en')} rows: p50 ${measured.get(size)?.p50.toFixed(2)} ms`)
    }
  } finally {
    await db.close()
  }
  return measured
}

function addRows(db: Db, site: string, lines: readonly string[], from: number): Promise<unknown> {
  return db.query(
    `insert into messages (site_id, visitor_id, seq, at, id, author_role, author_id, kind, body)
     select $1, 'bench' || lpad((n / $5)::text, 15, '0'), n + 1, now(), gen_random_uuid(), 'visitor',
       'bench' || lpad((n / $5)::text, 15, '0'), 'text', jsonb_build_object('text', ($2::text[])[1 + n % cardinality($2::text[])])
     from generate_series($3::int, $4::int) as n`,
    [site, lines.slice(0, 1_000), from, from + chunk - 1, perThread],
  )
}

async function readPages({ demo }: BenchStack, keys: Keys, threads: number): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < reads; i++) {
    const visitor = visitorOf(Math.floor(Math.random() * threads))
    const token = signVisitorToken(keys.tokenSecret, { site: demo.site, visitor, issuedAt: Date.now() })
    const began = performance.now()
    const response = await fetch(`${demo.url}/v1/thread`, { headers: { authorization: `Bearer ${token}` } })
    const { messages } = (await response.json()) as { messages?: unknown[] }
    if (messages?.length !== perThread) throw new Error(`unable to read a page; ${response.status}, ${messages?.length} messages`)
    times.push(performance.now() - began)
  }
  return times
}
