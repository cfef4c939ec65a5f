import type { Msg, NatsConnection } from 'nats'
import type { Log } from '../log.ts'
import type { ConsumeOptions, Consumption } from './bus.ts'
import { type HeldMessage, holdMessage } from './held-message.ts'
import { openPull } from './open-pull.ts'

/** A running consumption, and what the bus has to tell it. */
export type RunningConsumption = Consumption & {
  /** NATS is back: asks for messages anew. */
  restart(): void
  /** NATS is away. What is held may belong to a life of the stream that is over when it returns; in the same life it is delivered again. */
  forget(): void
}

/** Whose consumer to read, and as whom. */
export type ConsumeFrom = Readonly<{ nc: NatsConnection; durable: string; inboxPrefix: string; log: Log }>

/** A batch in somebody's hands. */
type Working = Readonly<{ batch: readonly HeldMessage[]; done: Promise<void> }>

/**
 * Reads a durable consumer into a buffer of its own and hands the messages over in batches. A full batch goes out as soon as a lane is
 * free. What is less waits for more, `maxWaitMs` at most, and for the batch before it: few messages a second are as many statements in
 * Postgres as there are batches, and those cost more than the messages.
 */
export function consume(from: ConsumeFrom, options: ConsumeOptions): RunningConsumption {
  const { durable, log } = from
  const { maxBatch, maxWaitMs, lanes = 1, maxBuffered = (lanes + 1) * maxBatch, keepAliveMs = 2_000, onBatch } = options
  const waiting: HeldMessage[] = []
  const working = new Map<number, Working>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const handOver = (): void => {
    clearTimeout(timer)
    timer = undefined
    const lane = firstFree(working, lanes)
    if (lane === undefined || waiting.length === 0 || stopped) return
    const batch = waiting.splice(0, maxBatch)
    const done = onBatch(batch, lane)
      .catch((error: unknown) => log.error({ durable, error, messages: batch.length }, 'unable to handle a batch; it will come again'))
      .then(() => {
        working.delete(lane)
        pull.refill()
        goOn()
      })
    working.set(lane, { batch, done })
    goOn()
  }
  const goOn = (): void => {
    if (waiting.length >= maxBatch && working.size < lanes) handOver()
    else if (waiting.length > 0 && working.size === 0) timer ??= setTimeout(handOver, maxWaitMs)
  }
  const onMessage = (message: Msg): void => {
    const held = holdMessage(message)
    if (held === undefined) return
    waiting.push(held)
    goOn()
    pull.refill()
  }
  const atWork = (): HeldMessage[] => [...working.values()].flatMap(({ batch }) => batch)
  const room = (): number => [...working.values()].reduce((left, { batch }) => left - batch.length, maxBuffered - waiting.length)
  const pull = openPull({ ...from, room, step: Math.ceil(maxBuffered / 4), onMessage })
  const keepAlive = setInterval(() => {
    for (const held of [...atWork(), ...waiting]) if (!held.settled) held.working()
  }, keepAliveMs)

  const forget = (): void => {
    clearTimeout(timer)
    timer = undefined
    waiting.length = 0
    // What is said of these now would reach the next connection, perhaps as the answer for messages of another life.
    for (const held of atWork()) held.settled = true
  }
  const stop = async (): Promise<void> => {
    stopped = true
    pull.stop()
    clearTimeout(timer)
    for (const held of waiting.splice(0)) held.nak()
    await Promise.all([...working.values()].map(({ done }) => done))
    clearInterval(keepAlive)
  }
  return { stop, restart: pull.restart, forget }
}

function firstFree(working: ReadonlyMap<number, unknown>, lanes: number): number | undefined {
  for (let lane = 0; lane < lanes; lane++) if (!working.has(lane)) return lane
  return undefined
}
