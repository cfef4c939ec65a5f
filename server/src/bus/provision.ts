import {
  AckPolicy,
  type ConsumerConfig,
  connect,
  DiscardPolicy,
  type JetStreamManager,
  jwtAuthenticator,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from 'nats'
import type { UserCreds } from '../access/keys.ts'
import { provisionerInbox, streamName } from '../access/permissions.ts'

/** How the stream is laid out; times in ms, sizes in bytes. */
export interface ProvisionOptions {
  url: string
  /** The `provisioner` user. */
  creds: UserCreds
  /** Copies of the stream in a cluster: 1, or 3. */
  replicas: number
  /** Most the stream may hold; a full stream refuses, it never forgets. Default 4 GiB: four million messages of 1 KiB. */
  maxBytes?: number
  /** Most messages of one subject, so of one author in one thread. */
  maxPerSubject?: number
  /** How long a worker may hold a message without a sign of life before it is delivered again: what a killed server held is this late. */
  ackWaitMs?: number
  /** How long to wait for NATS. */
  timeoutMs?: number
}

const day = 24 * 60 * 60_000

/**
 * Workers of the stream: what each reads, and how much it may hold unfinished. History reads everything, and so has no filter: for each
 * message it hands out, nats-server would hold even `chat.>` against all subjects of the message's file.
 */
const consumers = [
  { name: 'history', filter: undefined, maxUnacked: 20_000 },
  { name: 'router', filter: 'chat.*.*.visitor', maxUnacked: 2_000 },
] as const

/** Creates the stream and its consumers, or brings existing ones up to date. May be run at every start, by several servers at once. */
export async function provision(options: ProvisionOptions): Promise<void> {
  try {
    await provisionOver(options)
  } catch (cause) {
    throw new Error(`unable to set up the message stream; ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

async function provisionOver(options: ProvisionOptions): Promise<void> {
  const { url, creds, timeoutMs = 10_000, ackWaitMs = 6_000 } = options
  const authenticator = jwtAuthenticator(creds.jwt, new TextEncoder().encode(creds.seed))
  const nc = await connect({
    servers: url.split(','),
    authenticator,
    name: 'provisioner',
    inboxPrefix: provisionerInbox,
    timeout: timeoutMs,
  })
  try {
    const jsm = await nc.jetstreamManager({ checkAPI: false, timeout: timeoutMs })
    await provisionStream(jsm, streamConfig(options))
    for (const { name, filter, maxUnacked } of consumers) {
      await provisionConsumer(jsm, {
        durable_name: name,
        filter_subject: filter,
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(ackWaitMs),
        max_deliver: -1,
        max_ack_pending: maxUnacked,
      })
    }
  } finally {
    await nc.close()
  }
}

/** The stream of the design, section 4. */
function streamConfig({
  replicas,
  maxBytes = 4 * 1024 ** 3,
  maxPerSubject = 2_000,
}: ProvisionOptions): Partial<StreamConfig> & { name: string } {
  return {
    name: streamName,
    subjects: ['chat.>'],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    max_age: nanos(7 * day),
    max_msgs_per_subject: maxPerSubject,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_bytes: maxBytes,
    duplicate_window: nanos(10 * 60_000),
    republish: { src: 'chat.>', dest: 'live.chat.>' },
    allow_direct: true,
    num_replicas: replicas,
  }
}

async function provisionStream(jsm: JetStreamManager, config: Partial<StreamConfig> & { name: string }): Promise<void> {
  try {
    await jsm.streams.info(config.name)
  } catch (error) {
    if (!(error instanceof NatsError) || error.api_error?.code !== 404) throw error
    await jsm.streams.add(config)
    return
  }
  await jsm.streams.update(config.name, config)
}

/** nats-server's code for a consumer that is there with another configuration. */
const consumerExists = 10_148

async function provisionConsumer(jsm: JetStreamManager, config: Partial<ConsumerConfig> & { durable_name: string }): Promise<void> {
  try {
    await jsm.consumers.add(streamName, config)
  } catch (error) {
    if (!(error instanceof NatsError) || error.api_error?.err_code !== consumerExists) throw error
    await jsm.consumers.update(streamName, config.durable_name, config)
  }
}
