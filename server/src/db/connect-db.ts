import pg from 'pg'
import type { Log } from '../log.ts'

export type Value = string | number | boolean | Date | Uint8Array | null | undefined | readonly (string | number | boolean | Date | null)[]

export interface Tx {
  /** Rows of a parametrised statement (`$1` …). `bigint` columns come back as numbers: all of ours are safe integers. */
  query<Row>(text: string, values?: readonly Value[]): Promise<Row[]>
}

export interface Db extends Tx {
  /** BEGIN, work, COMMIT; ROLLBACK when the work throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
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
  })
  // Without a listener an idle connection's death would end the process.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'a Postgres connection was lost'))

  return {
    query: (text, values) => rows(pool, text, values),
    async transaction(work) {
      const client = await pool.connect()
      let failure: Error | undefined
      try {
        await client.query('begin')
        const result = await work({ query: (text, values) => rows(client, text, values) })
        await client.query('commit')
        return result
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error))
        await client.query('rollback').then(
          () => (failure = undefined),
          () => {},
        )
        throw error
      } finally {
        // A connection that could not even roll back is thrown away.
        client.release(failure)
      }
    },
    close: () => pool.end(),
  }
}

async function rows<Row>(client: pg.Pool | pg.PoolClient, text: string, values: readonly Value[] = []): Promise<Row[]> {
  const result = await client.query(text, [...values])
  return result.rows as Row[]
}
