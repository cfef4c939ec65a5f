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
import { LifeIsOver, type Written, writeBatch } from './write-batch.ts'

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
  /** Whether Postgres is away and what is at hand waits for it. */
  paused(): boolean
  /** Ends the writer. A batch that waits for Postgres is left to whoever reads the stream next. */
  stop(): Promise<void>
}

/** The durable consumer of this station. */
const durable = 'history'
const batchSize = 500
/** A message is told to be saved this much later at most. The stream has it meanwhile, and readers of a thread get it from there. */
const batchWaitMs = 100
/** Full batches written side by side: while one waits for Postgres, the other is decoded, or written by another core. */
const lanes = 2
/** Marks are shared by no two lanes of a server, and seldom by two servers. */
const slots = 64

/**
 * Writes the stream into Postgres: consume → decode → write → ack → tell. Acknowledged only after COMMIT, so whatever dies in
 * between, the stream delivers it again; told (`saved.…`) only after COMMIT too. Meanwhile the bus collects the next batch, and
 * keeps what is held alive however long it takes.
 */
export function startHistory(options: HistoryOptions): History {
  const { bus, db, epoch, log, metrics, onSaved, random = Math.random } = options
  const measure = historyMetrics({ bus, durable, metrics })
  const stopping = new AbortController()
  const firstSlot = Math.floor(random() * slots) * lanes
  const away = new Set<number>()

  const writeInTheEnd = async (lane: number, life: number, batch: DecodedBatch): Promise<Written | undefined> => {
    for (let attempt = 1; !stopping.signal.aborted; attempt++) {
      try {
        const written = await writeBatch({ db, epoch: life, slot: firstSlot + lane }, batch)
        if (away.delete(lane)) log.info({ attempt }, 'history goes on')
        return written
      } catch (error) {
        if (error instanceof LifeIsOver) {
          away.delete(lane)
          log.warn({ reason: reasonOf(error), messages: batch.entries.length }, 'a batch is left to its authors')
          return undefined
        }
        away.add(lane)
        const delay = Math.round(retryDelay(attempt, random))
        log.warn({ reason: reasonOf(error), attempt, delay }, 'unable to write history; trying again')
        await sleep(delay, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
    return undefined
  }

  const onBatch = async (messages: readonly ConsumedMessage[], lane: number): Promise<void> => {
    const life = await epoch()
    const took = measure.start()
    const written = await writeInTheEnd(lane, life, decodeBatch(life, messages))
    if (written === undefined) return
    await onSaved?.(written.saved)
    for (const message of messages) message.ack()
    for (const { subject, payload } of savedNotices(written.saved)) bus.emit(subject, payload)
    for (const { message, reason } of written.letters)
      log.error({ streamSeq: message.seq, reason }, 'a message was put among the dead letters')
    measure.written(written, took())
  }

  const consumption = bus.consume(durable, { maxBatch: batchSize, maxWaitMs: batchWaitMs, lanes, onBatch })
  return {
    paused: () => away.size > 0,
    async stop() {
      stopping.abort()
      measure.stop()
      await consumption.stop()
    },
  }
}

/** Only the sentence: details of Postgres may quote the row. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
