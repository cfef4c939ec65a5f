import type { SiteId } from '@usher-chat/sdk/protocol'
import type { ConsumedMessage } from '../bus/bus.ts'
import type { Db } from '../db/connect-db.ts'
import { postgresFailure } from '../db/postgres-failure.ts'
import { keepTrying } from '../keep-trying.ts'
import type { Log } from '../log.ts'
import { countMessages } from './count-messages.ts'
import { groupByThread, type ThreadBatch } from './group-by-thread.ts'
import { type Opened, openConversations } from './open-conversations.ts'
import { withoutCopies } from './without-copies.ts'

export interface BatchOptions {
  db: Db
  log: Log
  clock: () => Date
  goneMs: number
  /** The life of the stream; undefined while it is not settled. */
  epoch: () => number | undefined
  /** Ends the waiting for Postgres; what is not done comes again. */
  signal: AbortSignal
  /** Told of every committed decision, before its messages are acked. */
  onOpened: (opened: Opened<unknown>) => void
}

/** Sites decided at once: each holds a connection. */
const sitesAtOnce = 3
/** Conversations one transaction opens: meanwhile other decisions of the site wait. */
const openedAtOnce = 25

/**
 * Decides over delivered messages of visitors, and acks each when its decision is committed. While Postgres is away it holds
 * them and tries again. What Postgres refuses for what it is stays unacked, and comes again later: it holds up nobody else.
 */
export async function handleBatch(options: BatchOptions, batch: readonly ConsumedMessage[]): Promise<void> {
  const { db } = options
  let epoch: number | undefined
  const { threads, unreadable } = await retrying(options, async () => {
    // Once known it stays: the batch is of this life, although the next one may begin while Postgres is away.
    epoch ??= options.epoch()
    if (epoch === undefined) throw new Error('the life of the stream is not settled yet')
    const grouped = groupByThread(epoch, batch)
    return { ...grouped, threads: await withoutCopies(db, grouped.threads) }
  })
  for (const message of unreadable) message.term()
  if (unreadable.length > 0) options.log.warn({ messages: unreadable.length }, 'messages that no visitor can have sent are ignored')
  for (let left = threads; left.length > 0; ) {
    const toOpen = new Set(await retrying(options, () => countMessages(db, left)))
    ack(left.filter((thread) => !toOpen.has(thread)))
    left = await openAll(options, [...toOpen])
  }
}

const ack = (threads: readonly ThreadBatch[]): void => {
  for (const { delivered } of threads) for (const message of delivered) message.ack()
}

/** Sites side by side; those of one site one transaction after the other, as its lock wants it anyway. Returns what is to be counted. */
async function openAll(options: BatchOptions, threads: readonly ThreadBatch[]): Promise<ThreadBatch[]> {
  const sites = new Map<SiteId, ThreadBatch[]>()
  for (const thread of threads) sites.set(thread.site, [...(sites.get(thread.site) ?? []), thread])
  const waiting = [...sites]
  const again: ThreadBatch[] = []
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [site, all] = next
      while (all.length > 0) again.push(...(await open(options, site, all.splice(0, openedAtOnce))))
    }
  }
  await Promise.all(Array.from({ length: sitesAtOnce }, worker))
  return again
}

async function open(options: BatchOptions, site: SiteId, threads: readonly ThreadBatch[]): Promise<ThreadBatch[]> {
  const { db, clock, goneMs, log, onOpened } = options
  try {
    const opened = await retrying(options, () => openConversations(db, site, threads, { now: clock(), goneMs }))
    if (opened.siteUnknown) log.warn({ site }, 'messages for a site that does not exist are ignored')
    onOpened(opened)
    ack(threads.filter((thread) => !opened.again.includes(thread)))
    return opened.again
  } catch (error) {
    if (options.signal.aborted) throw error
    if (threads.length > 1) return (await Promise.all(threads.map((thread) => open(options, site, [thread])))).flat()
    log.error({ error, site }, 'unable to route a message; it will come again')
    return []
  }
}

const retrying = <T>({ signal, log }: BatchOptions, work: () => Promise<T>): Promise<T> =>
  keepTrying({ name: 'route messages', work, log, signal, isFinal: (error) => postgresFailure(error) === 'data' })
