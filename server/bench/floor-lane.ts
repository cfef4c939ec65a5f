import { dedupId, newId, newMessageId } from '@usher-chat/sdk/protocol'
import { connect, headers, jwtAuthenticator, type NatsConnection, nanos, RetentionPolicy, StorageType } from 'nats'
import { encodeJwt } from '../src/access/jwt.ts'
import type { OperatorFile } from '../src/access/keys.ts'
import { createKeyPair, keyPairFromSeed } from '../src/access/nkeys.ts'
import type { Lane } from './lane.ts'

export interface FloorOptions {
  natsUrl: string
  operator: OperatorFile
  senders: number
}

/**
 * The floor: what the broker alone costs. The NATS client over TCP publishes the same payload to a stream of the same settings on the same
 * nats-server, and another client hears the republished copy. No edge, no schema, no outbox, no screen, and no worker reads that stream.
 */
export async function openFloorLane({ natsUrl, operator, senders }: FloorOptions): Promise<Lane> {
  const user = benchUser(operator)
  const dial = () => connect({ servers: natsUrl, authenticator: jwtAuthenticator(user.jwt, user.seed), reconnect: false })
  const screen = await dial()
  await ensureStream(screen)
  const connections = await Promise.all(Array.from({ length: senders }, dial))
  const threads = connections.map(() => newId())
  const listeners = new Set<(text: string) => void>()
  screen.subscribe('live.floor.>', {
    callback: (_error, message) => {
      const { body } = message.json<{ body: { text: string } }>()
      for (const listener of listeners) listener(body.text)
    },
  })
  await screen.flush()
  return {
    name: 'JetStream alone',
    senders,
    async send(sender, text) {
      const thread = threads[sender] as string
      const id = newMessageId()
      const head = headers()
      head.set('Nats-Msg-Id', dedupId(thread, id))
      const payload = JSON.stringify({ v: 1, id, kind: 'text', body: { text } })
      await (connections[sender] as NatsConnection).request(`floor.${thread}.visitor`, payload, { headers: head, timeout: 10_000 })
    },
    onText(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      await Promise.all([...connections, screen].map((connection) => connection.close()))
    },
  }
}

/** As CHAT is made in bus/provision.ts, under other subjects. */
async function ensureStream(nc: NatsConnection): Promise<void> {
  const manager = await nc.jetstreamManager()
  await manager.streams.add({
    name: 'FLOOR',
    subjects: ['floor.>'],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    max_age: nanos(7 * 24 * 3_600_000),
    max_msgs_per_subject: 2_000,
    duplicate_window: nanos(600_000),
    allow_direct: true,
    republish: { src: 'floor.>', dest: 'live.floor.>' },
  })
}

/** The stream of the floor on this nats-server, if it is not there yet. */
export async function ensureFloorStream({ natsUrl, operator }: Pick<FloorOptions, 'natsUrl' | 'operator'>): Promise<void> {
  const user = benchUser(operator)
  const nc = await connect({ servers: natsUrl, authenticator: jwtAuthenticator(user.jwt, user.seed), reconnect: false })
  await ensureStream(nc)
  await nc.close()
}

/** A user of the account with all rights: only who holds the operator's file can make one. A bearer needs no key to log in. */
export function benchUser({ accountSeed }: OperatorFile, bearer = false): { jwt: string; seed: Uint8Array } {
  const pair = createKeyPair('U')
  const all = { allow: ['>'] }
  const nats = { type: 'user', version: 2, pub: all, sub: all, subs: -1, data: -1, payload: -1, bearer_token: bearer }
  const claims = { sub: pair.publicKey, name: 'bench', iat: Math.floor(Date.now() / 1_000), nats }
  return { jwt: encodeJwt(claims, keyPairFromSeed(accountSeed)), seed: new TextEncoder().encode(pair.seed) }
}
