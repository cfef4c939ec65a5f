import { silentLog } from '../log.ts'
import { connectDb } from './connect-db.ts'

/** Asks Postgres one question over a connection of its own. Throws when no answer comes. */
export async function checkPostgres(url: string): Promise<void> {
  const db = connectDb({ url, log: silentLog, size: 1, statementTimeoutMs: 4_000 })
  try {
    await db.query('select 1')
  } finally {
    await db.close()
  }
}
