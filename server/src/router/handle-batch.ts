import type { ConsumedMessage } from '../bus/bus.ts'
import type { Db } from '../db/connect-db.ts'
import { postgresFailure } from '../db/postgres-failure.ts'
import type { Log } from '../log.ts'
import { countMessages, withoutCopies } from './count-messages.ts'
import { groupByThread, type ThreadBatch } from './group-by-thread.ts'
import { type Opened, openConversation } from './open-conversation.ts'
import { retry } from './retry.ts'

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
  onOpened: (opened: Opened) => void
}

/** Sites decided at once: each holds a connection. */
const sitesAtOnce = 3

/**
 * Decides over delivered messages of visitors, and acks each when its decision is committed. While Postgres is away it holds
 * them and tries again. What Postgres refuses for what it is stays unacked, and comes again later: it holds up nobody else.
 */
export async function handleBatch(options: BatchOptions, batch: readonly ConsumedMessage[]): Promise<void> {
  const { log } = options
  const settled = await retrying(options, 'count messages', async () => {
    const epoch = options.epoch()
    if (epoch === undefined) throw new Error('the life of the stream is not settled yet')
    const { threads, unreadable } = groupByThread(epoch, batch)
    if (threads.length === 0) return { unreadable, done: [], open: [] }
    const wanted = await withoutCopies(options.db, threads)
    const counted = await countMessages(options.db, wanted.filter(hasMessages))
    const open = wanted.filter((thread) => hasMessages(thread) && !counted.has(thread))
    return { unreadable, done: wanted.filter((thread) => !open.includes(thread)), open }
  })
  for (const message of settled.unreadable) message.term()
  if (settled.unreadable.length > 0) log.warn({ messages: settled.unreadable.length }, 'messages that no visitor can have sent are ignored')
  for (const thread of settled.done) ack(thread)
  await eachSite(settled.open, (thread) => open(options, thread))
}

const hasMessages = ({ messages }: ThreadBatch): boolean => messages.length > 0

const ack = ({ delivered }: ThreadBatch): void => {
  for (const message of delivered) message.ack()
}

async function open(options: BatchOptions, thread: ThreadBatch): Promise<void> {
  const { db, clock, goneMs, log, onOpened } = options
  const { site } = thread
  try {
    const opened = await retrying(options, 'route a message', () => openConversation(db, thread, { now: clock(), goneMs }))
    if (opened.outcome === 'site_unknown') log.warn({ site }, 'a message for a site that does not exist is ignored')
    onOpened(opened)
    ack(thread)
  } catch (error) {
    if (options.signal.aborted) return
    log.error({ error, site }, 'unable to route a message; it will come again')
  }
}

const retrying = <T>({ signal, log }: BatchOptions, action: string, work: () => Promise<T>): Promise<T> =>
  retry(work, { signal, log, action, isFinal: (error) => postgresFailure(error) === 'data' })

/** Threads of one site one after the other, as its lock wants it anyway; several sites at once. */
async function eachSite(threads: readonly ThreadBatch[], work: (thread: ThreadBatch) => Promise<void>): Promise<void> {
  const sites = new Map<string, ThreadBatch[]>()
  for (const thread of threads) sites.set(thread.site, [...(sites.get(thread.site) ?? []), thread])
  const waiting = [...sites.values()]
  const worker = async (): Promise<void> => {
    for (let site = waiting.shift(); site !== undefined; site = waiting.shift()) for (const thread of site) await work(thread)
  }
  await Promise.all(Array.from({ length: sitesAtOnce }, worker))
}
