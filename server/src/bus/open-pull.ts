import { createInbox, type Msg, type NatsConnection } from 'nats'
import { streamName } from '../access/permissions.ts'
import { readPullStatus } from './read-pull-status.ts'

/** Life of one pull request at the broker, and how often an idle one says that it lives, ms. */
const expiresMs = 30_000
const heartbeatMs = 5_000
/** How long to wait before asking a broker again that has just refused, ms. */
const pauseMs = 1_000
/** A silence this long means that the broker has forgotten what was asked, ms. */
const silenceMs = 2 * heartbeatMs + pauseMs

/** Keeps enough pull requests open at the broker that messages flow without a pause, and never more than there is room for. */
export interface Pull {
  /** There is room again: ask for more if it is worth a request. */
  refill(): void
  /** The broker has forgotten what was asked: ask anew. */
  restart(): void
  stop(): void
}

export interface PullOptions {
  nc: NatsConnection
  durable: string
  inboxPrefix: string
  /** How many messages may come, those already asked for included. */
  room: () => number
  /** The least worth a request of its own. */
  step: number
  onMessage: (message: Msg) => void
}

/**
 * Pulls from a durable consumer. Requests overlap, so that none has to end before its messages come; what the broker
 * grants is counted down message by message, and given back when a request ends early.
 */
export function openPull({ nc, durable, inboxPrefix, room, step, onMessage }: PullOptions): Pull {
  const inbox = createInbox(inboxPrefix)
  let asked = 0
  let heardAt = Date.now()
  let pause: NodeJS.Timeout | undefined

  const refill = (): void => {
    const batch = room() - asked
    if (pause !== undefined || batch <= 0 || (batch < step && asked > 0)) return
    asked += batch
    nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${streamName}.${durable}`, pullRequest(batch), { reply: inbox })
  }
  const restart = (): void => {
    asked = 0
    heardAt = Date.now()
    refill()
  }
  const restartLater = (): void => {
    pause ??= setTimeout(() => {
      pause = undefined
      restart()
    }, pauseMs)
  }
  const onStatus = (message: Msg): void => {
    const status = readPullStatus(message)
    if (status.type === 'refused') restartLater()
    if (status.type !== 'ended') return
    asked = Math.max(0, asked - status.left)
    refill()
  }
  const onAnswer = (message: Msg): void => {
    heardAt = Date.now()
    if (message.subject === inbox) onStatus(message)
    else {
      asked = Math.max(0, asked - 1)
      onMessage(message)
    }
  }

  const subscription = nc.subscribe(inbox, { callback: (error, message) => (error === null ? onAnswer(message) : restartLater()) })
  const watch = setInterval(() => {
    if (Date.now() - heardAt > silenceMs) restart()
  }, heartbeatMs)
  refill()
  const stop = (): void => {
    clearInterval(watch)
    clearTimeout(pause)
    if (!nc.isClosed()) subscription.unsubscribe()
  }
  return { refill, restart, stop }
}

const encoder = new TextEncoder()

/** Times in nanoseconds, as JetStream wants them. */
function pullRequest(batch: number): Uint8Array {
  return encoder.encode(JSON.stringify({ batch, expires: expiresMs * 1e6, idle_heartbeat: heartbeatMs * 1e6 }))
}
