import { dedupId, encode, isUsherError, serverAuthor, subjects } from '@usher-chat/sdk/protocol'
import type { Bus } from '../bus/bus.ts'
import { advisoryLocks } from '../db/advisory-locks.ts'
import type { Db } from '../db/connect-db.ts'
import type { Log } from '../log.ts'
import { type Due, markPublished, type OutboxRow, readDue } from './outbox-rows.ts'
import { publishInOrder } from './publish-in-order.ts'

export interface RelayOptions {
  db: Db
  bus: Pick<Bus, 'publish' | 'status'>
  log: Log
  /** How long history may take to store an event before it is published again, ms. */
  patienceMs?: number
  /** How long a thread whose subject is full is left alone, ms. */
  fullPauseMs?: number
  /** ms since 1970. */
  clock?: () => number
}

/** Carries events from the outbox table to the stream. Both throw when NATS or Postgres cannot work now; nothing is lost. */
export interface Relay {
  /** Publishes what waits, until nothing does. */
  publishNew(): Promise<void>
  /** Publishes again what history has not stored in time. */
  publishAgain(): Promise<void>
}

/** Events one transaction publishes. */
const batchSize = 256
/** Longest wait for one publish, ms: the transaction is open meanwhile. */
const publishTimeoutMs = 2_000
/** No publish begins later than this into a transaction, ms. */
const batchTimeMs = 4_000

/**
 * One server at a time publishes, so that a thread's events stay in order. The id of the row makes a second publish of the same
 * event no second event. A row leaves the table when history has stored its event.
 */
export function createRelay({ db, bus, log, patienceMs = 10_000, fullPauseMs = 30_000, clock = Date.now }: RelayOptions): Relay {
  /** Threads whose subject is full, and until when. */
  const full = new Map<string, number>()

  const publish = async ({ site, visitor, internal, id, payload }: OutboxRow): Promise<void> => {
    const subject = internal ? subjects.internal(site, visitor) : subjects.event(site, visitor)
    await bus.publish(subject, encode(payload), { msgId: dedupId(serverAuthor, id), timeoutMs: publishTimeoutMs })
  }
  const leaveAlone = (rows: readonly OutboxRow[]): void => {
    for (const { site, visitor } of rows) {
      full.set(`${site}.${visitor}`, clock() + fullPauseMs)
      log.warn({ site, visitor }, 'a thread is full; its events wait')
    }
  }
  /** Publishes one batch. Returns whether there may be more. */
  const publishBatch = async (due: Due): Promise<boolean> => {
    for (const [thread, until] of full) if (until <= clock()) full.delete(thread)
    const read = { due, patienceMs, except: [...full.keys()] }
    // Looking costs little; the lock makes servers wait for each other.
    if ((await readDue(db, { ...read, limit: 1 })).length === 0) return false
    const { rows, failure } = await db.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [advisoryLocks.relayOutbox])
      const rows = await readDue(tx, { ...read, limit: batchSize })
      const until = clock() + batchTimeMs
      const done = await publishInOrder(rows, { publish, isRefusal, isOver: () => clock() > until })
      await markPublished(tx, done.published)
      leaveAlone(done.refused)
      return { rows, failure: done.failure }
    })
    if (failure !== undefined) throw failure
    return rows.length > 0
  }
  const publishAll = async (due: Due): Promise<void> => {
    while (bus.status === 'connected' && (await publishBatch(due)));
  }
  return { publishNew: () => publishAll('new'), publishAgain: () => publishAll('again') }
}

const isRefusal = (error: unknown): boolean => isUsherError(error, 'thread_full')
