import { UsherError } from '@usher-chat/sdk/protocol'
import { connect, Events, headers, jwtAuthenticator, type NatsConnection } from 'nats'
import * as v from 'valibot'
import type { UserCreds } from '../access/keys.ts'
import { serverInbox, streamName } from '../access/permissions.ts'
import type { Log } from '../log.ts'
import { askJetStream, askJetStreamFor } from './ask-jetstream.ts'
import type { Bus, BusMessage, BusStatus, ConsumerInfo, Stored, StoredMessage, StreamInfo } from './bus.ts'
import { consume, type RunningConsumption } from './consume.ts'
import { busMessage, storedMessage } from './held-message.ts'

/** What a connection to NATS needs. */
export interface BusOptions {
  /** `nats://host:port`, several separated by commas. */
  url: string
  creds: UserCreds
  /** Shown in the broker's list of connections. */
  name: string
  log: Log
  /** First part of the user's inboxes; the server's own unless said otherwise. */
  inboxPrefix?: string
}

const pubAck = v.object({ seq: v.number(), duplicate: v.optional(v.boolean(), false) })
const streamState = v.object({
  created: v.string(),
  state: v.object({ first_seq: v.number(), last_seq: v.number(), messages: v.number(), bytes: v.number() }),
})
const consumerState = v.object({ ack_floor: v.object({ stream_seq: v.number() }), num_pending: v.number(), num_ack_pending: v.number() })

/** Headers of a message that was read from the stream. */
const storedAt = v.object({
  subject: v.string(),
  seq: v.pipe(v.string(), v.transform(Number), v.safeInteger()),
  time: v.pipe(
    v.string(),
    v.transform((text) => new Date(text)),
    v.date(),
  ),
})

const encoder = new TextEncoder()

/**
 * Connects to NATS as a user with a key of its own, and waits for it as long as it takes. A lost connection is dialled again
 * for ever, after 0.2 to 1 s: the jitter keeps servers from coming back in one wave.
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const { url, creds, name, log, inboxPrefix = serverInbox } = options
  const nc = await connect({
    servers: url.split(','),
    authenticator: jwtAuthenticator(creds.jwt, encoder.encode(creds.seed)),
    name,
    inboxPrefix,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => 200 + Math.random() * 800,
    ignoreAuthErrorAbort: true,
    ignoreClusterUpdates: true,
    pingInterval: 20_000,
    maxPingOut: 2,
  })
  return busOver(nc, name, inboxPrefix, log)
}

function busOver(nc: NatsConnection, name: string, inboxPrefix: string, log: Log): Bus {
  let status: BusStatus = 'connected'
  const listeners = new Set<(status: BusStatus) => void>()
  const running = new Set<RunningConsumption>()
  const become = (next: BusStatus): void => {
    if (next === status) return
    status = next
    log.warn({ name, status }, `NATS is ${status}`)
    for (const consumption of running) {
      if (status === 'connected') consumption.restart()
      else consumption.forget()
    }
    for (const listener of [...listeners]) listener(status)
  }
  void followStatus(nc, become)
  return {
    get status() {
      return status
    },
    onStatus: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publish: (subject, payload, { msgId, timeoutMs }) => publish(nc, subject, payload, msgId, timeoutMs),
    emit: (subject, payload) => nc.publish(subject, payload),
    subscribe: (subject, onMessage) => subscribe(nc, subject, onMessage, log),
    consume: (durable, options) => {
      const consumption = consume({ nc, durable, inboxPrefix, log }, options)
      running.add(consumption)
      return { stop: () => consumption.stop().finally(() => running.delete(consumption)) }
    },
    consumerInfo: (durable) => consumerInfo(nc, durable),
    streamInfo: () => streamInfo(nc),
    getNext: (question) => getNext(nc, question),
    flush: () => nc.flush(),
    close: async () => {
      await Promise.all([...running].map((consumption) => consumption.stop()))
      running.clear()
      if (status === 'connected') await nc.drain()
      else await nc.close()
    },
  }
}

async function followStatus(nc: NatsConnection, become: (status: BusStatus) => void): Promise<void> {
  for await (const change of nc.status()) {
    if (change.type === Events.Disconnect) become('disconnected')
    if (change.type === Events.Reconnect) become('connected')
  }
}

async function publish(nc: NatsConnection, subject: string, payload: Uint8Array, msgId: string, timeoutMs = 5_000): Promise<Stored> {
  const dedup = headers()
  dedup.set('Nats-Msg-Id', msgId)
  return askJetStreamFor(nc, { subject, payload, headers: dedup, action: 'store a message', timeoutMs }, pubAck)
}

function subscribe(nc: NatsConnection, subject: string, onMessage: (message: BusMessage) => void, log: Log): () => void {
  const subscription = nc.subscribe(subject, {
    callback: (error, message) => {
      if (error === null) onMessage(busMessage(message))
      else log.error({ subject, error }, 'unable to listen; the broker refuses')
    },
  })
  return () => {
    if (!subscription.isClosed()) subscription.unsubscribe()
  }
}

async function streamInfo(nc: NatsConnection): Promise<StreamInfo> {
  const subject = `$JS.API.STREAM.INFO.${streamName}`
  const { created, state } = await askJetStreamFor(nc, { subject, action: 'look at the stream' }, streamState)
  return { created: new Date(created), firstSeq: state.first_seq, lastSeq: state.last_seq, messages: state.messages, bytes: state.bytes }
}

async function consumerInfo(nc: NatsConnection, durable: string): Promise<ConsumerInfo> {
  const subject = `$JS.API.CONSUMER.INFO.${streamName}.${durable}`
  const info = await askJetStreamFor(nc, { subject, action: `look at the consumer ${durable}` }, consumerState)
  return { ackFloor: info.ack_floor.stream_seq, pending: info.num_pending, unacked: info.num_ack_pending }
}

async function getNext(nc: NatsConnection, question: { afterSeq: number; subjectFilter: string }): Promise<StoredMessage | undefined> {
  const payload = encoder.encode(JSON.stringify({ seq: question.afterSeq + 1, next_by_subj: question.subjectFilter }))
  const subject = `$JS.API.DIRECT.GET.${streamName}`
  const answer = await askJetStream(nc, { subject, payload, action: 'read from the stream' })
  const code = answer.headers?.code ?? 0
  if (code === 404) return undefined
  if (code !== 0) throw new UsherError('service_unavailable', `unable to read from the stream; ${answer.headers?.description ?? code}`)
  const { headers: read } = answer
  const where = { subject: read?.get('Nats-Subject'), seq: read?.get('Nats-Sequence'), time: read?.get('Nats-Time-Stamp') }
  return storedMessage(answer, v.parse(storedAt, where))
}
