import { advisoryLocks } from './advisory-locks.ts'
import { type Month, monthOf, monthsAround } from './month.ts'
import type { Tx } from './tx.ts'

/** Whatever runs transactions: a pool, or one connection. */
export interface Transactions {
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}

/** Months made ahead of the current one. */
const monthsAhead = 3

/**
 * Makes the partitions of `messages` that are missing: the current month, three ahead, and the one before, because the stream
 * holds messages of the last seven days. Gives the names of those it made. Several servers may call it at once.
 */
export const ensurePartitions = (db: Transactions, now: Date): Promise<string[]> => createPartitions(db, monthsAround(now, -1, monthsAhead))

/** Makes the partitions these instants belong to, where they are missing. */
export function ensurePartitionsOf(db: Transactions, instants: readonly Date[]): Promise<string[]> {
  const months = new Map(instants.map((at) => [monthOf(at).table, monthOf(at)]))
  return createPartitions(db, [...months.values()])
}

/** How many months after the current one have their partition, without a gap. */
export async function countPartitionsAhead(db: Tx, now: Date): Promise<number> {
  const attached = await attachedPartitions(db)
  const missing = monthsAround(now, 1, 24).findIndex((month) => !attached.has(month.table))
  return missing === -1 ? 24 : missing
}

async function createPartitions(db: Transactions, months: readonly Month[]): Promise<string[]> {
  const made: string[] = []
  for (const month of months) {
    const isNew = await db.transaction(async (tx) => {
      // Waiting longer would make every writer wait behind us.
      await tx.query(`set local lock_timeout = '2s'`)
      await tx.query('select pg_advisory_xact_lock($1)', [advisoryLocks.partitions])
      if ((await attachedPartitions(tx)).has(month.table)) return false
      await attach(tx, month)
      return true
    })
    if (isNew) made.push(month.table)
  }
  return made
}

async function attachedPartitions(tx: Tx): Promise<Set<string>> {
  const found = await tx.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'messages'::regclass`,
  )
  return new Set(found.map((row) => row.name))
}

/**
 * Made alone, then attached: `partition of` would lock the parent against all readers and writers. The CHECK spares the
 * attachment the reading of the table, also when a detached month comes back full.
 */
async function attach(tx: Tx, { table, from, to }: Month): Promise<void> {
  await tx.query(`create table if not exists ${table} (like messages including all)`)
  await tx.query(`alter table ${table} drop constraint if exists month`)
  await tx.query(`alter table ${table} add constraint month check (at is not null and at >= '${from}' and at < '${to}')`)
  await tx.query(`alter table messages attach partition ${table} for values from ('${from}') to ('${to}')`)
  await tx.query(`alter table ${table} drop constraint month`)
}
