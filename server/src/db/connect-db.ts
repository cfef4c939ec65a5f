import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import type { Log } from '../log.ts'
import * as schema from './schema.ts'
import { inTransaction, statementsOver, type Tx } from './tx.ts'

export type { Tx, Value } from './tx.ts'

/** Typed selects, inserts and updates over the tables of `schema.ts`: for plain work; hot paths are SQL by hand. */
export type Orm = NodePgDatabase<typeof schema>

export interface Db extends Tx {
  /** BEGIN, work, COMMIT; ROLLBACK when the work throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Drizzle over the same pool; tables and operators come from `orm.ts`. */
  readonly orm: Orm
  close(): Promise<void>
}

export interface DbOptions {
  url: string
  log: Log
  /** Connections of the pool. */
  size?: number
  /** Longest a statement may run, ms: a hung Postgres must fail, not hang its caller. */
  statementTimeoutMs?: number
}

pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** A pool of Postgres connections. Connects lazily, so it may be made while Postgres is down. */
export function connectDb({ url, log, size = 8, statementTimeoutMs = 10_000 }: DbOptions): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementTimeoutMs,
    // Fires when the backend itself no longer answers.
    query_timeout: statementTimeoutMs + 2_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 15_000,
    // A kept plan belongs to the size a table had when it was made: for a handful of conversations any index will do, for the thousands
    // that come a minute later one that only knows the site reads all of them for each row.
    options: '-c plan_cache_mode=force_custom_plan',
  })
  // Without listeners the death of a connection would end the process: the pool listens to idle ones, a borrowed one between two
  // statements of a transaction has nobody.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'a Postgres connection was lost'))
  pool.on('connect', (client) => client.on('error', (error) => log.debug({ reason: error.message }, 'a Postgres connection fails')))

  return {
    ...statementsOver(pool),
    async transaction(work) {
      const client = await pool.connect()
      let broken: Error | undefined
      try {
        return await inTransaction(client, work, (error) => {
          broken = error
        })
      } finally {
        client.release(broken)
      }
    },
    orm: drizzle(pool, { schema }),
    close: () => pool.end(),
  }
}
