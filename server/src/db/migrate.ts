import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Log } from '../log.ts'
import { advisoryLocks } from './advisory-locks.ts'
import { ensurePartitions } from './partitions.ts'
import { type Migration, planMigrations } from './plan-migrations.ts'
import { inTransaction, statementsOver, type Tx } from './tx.ts'

export interface MigrateOptions {
  url: string
  log: Log
  /** Folder of the numbered SQL files; the project's own by default. */
  folder?: string
  /** Decides which months of `messages` are made. */
  clock?: () => Date
  /** How long to wait for another server's run, ms. */
  waitMs?: number
}

type Session = Tx & { transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> }

/**
 * Brings the database up to date: applies the files that are missing, in order, each in a transaction of its own, then makes
 * the partitions. Gives the names of the applied files. Several servers may call it at once; one works, the others wait.
 */
export async function migrate({
  url,
  log,
  folder = findFolder(),
  clock = () => new Date(),
  waitMs = 120_000,
}: MigrateOptions): Promise<string[]> {
  const files = readMigrations(folder)
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: 'usher migrate',
  })
  // Without a listener a lost connection would end the process; the statement under way fails anyway.
  client.on('error', (error) => log.warn({ reason: error.message }, 'the connection of the migration was lost'))
  await client.connect()
  const session: Session = {
    ...statementsOver(client),
    transaction: (work) => inTransaction(client, work, () => {}),
  }
  try {
    await takeLock(session, waitMs)
    const applied = await applyMissing(session, files, log)
    await ensurePartitions(session, clock())
    return applied
  } finally {
    await client.end()
  }
}

/** Polls, because a session that waits inside a statement holds up `create index concurrently` of the one that works. */
async function takeLock(session: Session, waitMs: number): Promise<void> {
  for (const deadline = Date.now() + waitMs; ; await sleep(100)) {
    const [lock] = await session.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [advisoryLocks.migrate])
    if (lock?.taken) return
    if (Date.now() > deadline) throw new Error(`unable to migrate; another server has been migrating for ${waitMs / 1000} s`)
  }
}

async function applyMissing(session: Session, files: readonly Migration[], log: Log): Promise<string[]> {
  await session.query(
    'create table if not exists schema_migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
  )
  const applied = await session.query<{ name: string; checksum: string }>('select name, checksum from schema_migrations order by name')
  const missing = planMigrations(files, applied)
  for (const file of missing) {
    if (file.transactional) await session.transaction((tx) => apply(tx, file))
    else await apply(session, file)
    log.info({ migration: file.name }, 'migration applied')
  }
  return missing.map((file) => file.name)
}

async function apply(tx: Tx, { name, text, checksum }: Migration): Promise<void> {
  try {
    await tx.query(text)
    await tx.query('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksum])
  } catch (cause) {
    throw new Error(`unable to apply migration ${name}; ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      return { name, text, checksum: createHash('sha256').update(text).digest('hex'), transactional: !/^-- no-transaction\s*$/m.test(text) }
    })
}

/** `migrations/` of the nearest folder above: the same from the sources and from a bundle. */
function findFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  for (let folder = here; ; folder = dirname(folder)) {
    const candidate = join(folder, 'migrations')
    if (existsSync(join(candidate, '0001_core.sql'))) return candidate
    if (folder === dirname(folder)) throw new Error(`unable to find the folder migrations; looked above ${here}`)
  }
}
