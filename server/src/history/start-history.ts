import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus, ConsumedMessage } from '../bus/bus.ts'
import type { Db } from '../db/connect-db.ts'
import type { MessageRow } from '../db/message-row.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { type DecodedBatch, decodeBatch } from './decode-batch.ts'
import { historyMetrics } from './history-metrics.ts'
import { retryDelay } from './retry-delay.ts'
import { savedNotices } from './saved-notices.ts'
import { type Written, writeBatch } from './write-batch.ts'

export interface HistoryOptions {
  bus: Pick<Bus, 'consume' | 'emit' | 'consumerInfo'>
  db: Db
  /** The current life of the stream; asked once for every batch. A promise while it is being settled. */
  epoch: () => number | Promise<number>
  log: Log
  metrics: Metrics
  /** Told the rows of a batch after COMMIT and before they are acknowledged; what it throws keeps them from being so. */
  onSaved?: (rows: readonly MessageRow[]) => void | Promise<void>
  random?: () => number
}

export interface History {
  /** Whether Postgres is away and the batch at hand waits for it. */
  paused(): boolean
  /** Ends the writer. A batch that waits for Postgres is left to whoever reads the stream next. */
  stop(): Promise<void>
}

/** The durable consumer of this station. */
const durable = 'history'
const batchSize = 500
const batchWaitMs = 20

/** More writers than this share marks, and wait for each other now and then. */
const slots = 64

/**
 * Writes the stream into Postgres: consume → decode → write → ack → tell. Acknowledged only after COMMIT, so whatever dies in
 * between, the stream delivers it again; told (`saved.…`) only after COMMIT too. While one batch is written, the next is collected.
 */
export function startHistory({ bus, db, epoch, log, metrics, onSaved, random = Math.random }: HistoryOptions): History {
  const measure = historyMetrics({ bus, durable, metrics })
  const slot = Math.floor(random() * slots)
  const stopping = new AbortController()
  let waiting = false

  /** Writes a batch however long Postgres is away; undefined when stopped before. */
  const writeInTheEnd = async (life: number, batch: DecodedBatch): Promise<Written | undefined> => {
    for (let attempt = 1; !stopping.signal.aborted; attempt++) {
      try {
        const written = await writeBatch({ db, epoch: life, slot }, batch)
        if (waiting) log.info({ attempt }, 'history goes on')
        waiting = false
        return written
      } catch (error) {
        waiting = true
        const delay = retryDelay(attempt, random)
        log.warn({ error, attempt, delay: Math.round(delay) }, 'unable to write history; trying again')
        await sleep(delay, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
    return undefined
  }

  const onBatch = async (messages: readonly ConsumedMessage[]): Promise<void> => {
    const life = await epoch()
    const took = measure.start()
    const written = await writeInTheEnd(life, decodeBatch(life, messages))
    if (written === undefined) return
    await onSaved?.(written.saved)
    for (const message of messages) message.ack()
    for (const { subject, payload } of savedNotices(written.saved)) bus.emit(subject, payload)
    for (const { message, reason } of written.letters)
      log.error({ streamSeq: message.seq, reason }, 'a message was put among the dead letters')
    measure.written(written, took())
  }

  const consumption = bus.consume(durable, { maxBatch: batchSize, maxWaitMs: batchWaitMs, onBatch })
  return {
    paused: () => waiting,
    async stop() {
      stopping.abort()
      measure.stop()
      await consumption.stop()
    },
  }
}
