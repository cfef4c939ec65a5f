import type { Msg, NatsConnection } from 'nats'
import type { Log } from '../log.ts'
import type { ConsumeOptions, Consumption } from './bus.ts'
import { type HeldMessage, holdMessage } from './held-message.ts'
import { openPull } from './open-pull.ts'

/** A running consumption, and what the bus has to tell it. */
export type RunningConsumption = Consumption & {
  /** NATS is back: asks for messages anew. */
  restart(): void
  /** NATS is away. What waits may belong to a life of the stream that is over when it returns; in the same life it is delivered again. */
  forget(): void
}

/** Whose consumer to read, and as whom. */
export type ConsumeFrom = Readonly<{ nc: NatsConnection; durable: string; inboxPrefix: string; log: Log }>

/**
 * Reads a durable consumer into a buffer of its own and hands the messages over in batches. A batch goes out when it is full,
 * when its first message has waited `maxWaitMs`, or as soon as the one before is done.
 */
export function consume(from: ConsumeFrom, options: ConsumeOptions): RunningConsumption {
  const { durable, log } = from
  const { maxBatch, maxWaitMs, maxBuffered = 2 * maxBatch, keepAliveMs = 2_000, onBatch } = options
  const waiting: HeldMessage[] = []
  let working: HeldMessage[] = []
  let current: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const handOver = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (current !== undefined || waiting.length === 0 || stopped) return
    working = waiting.splice(0, maxBatch)
    current = onBatch(working)
      .catch((error: unknown) => log.error({ durable, error, messages: working.length }, 'unable to handle a batch; it will come again'))
      .then(() => {
        current = undefined
        working = []
        pull.refill()
        handOver()
      })
  }
  const onMessage = (message: Msg): void => {
    const held = holdMessage(message)
    if (held === undefined) return
    waiting.push(held)
    if (waiting.length >= maxBatch) handOver()
    else if (current === undefined) timer ??= setTimeout(handOver, maxWaitMs)
    pull.refill()
  }
  const room = (): number => maxBuffered - waiting.length - working.length
  const pull = openPull({ ...from, room, step: Math.ceil(maxBuffered / 4), onMessage })
  const keepAlive = setInterval(() => {
    for (const held of [...working, ...waiting]) if (!held.settled) held.working()
  }, keepAliveMs)

  const forget = (): void => {
    clearTimeout(timer)
    timer = undefined
    waiting.length = 0
  }
  const stop = async (): Promise<void> => {
    stopped = true
    pull.stop()
    clearTimeout(timer)
    for (const held of waiting.splice(0)) held.nak()
    await current
    clearInterval(keepAlive)
  }
  return { stop, restart: pull.restart, forget }
}
