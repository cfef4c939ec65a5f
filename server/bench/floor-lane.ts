import { newId, newMessageId, readChatSubject, subjects } from '@usher-chat/sdk/protocol'
import { connect, headers, jwtAuthenticator, type NatsConnection } from 'nats'
import type { Keys } from '../src/access/keys.ts'
import { mintAgentJwt, mintVisitorJwt } from '../src/access/user-jwt.ts'
import type { Lane } from './lane.ts'

/**
 * The floor: what the broker alone costs. The NATS client over TCP publishes the same payload to the same stream with the same rights, and another
 * client hears the republished copy. No edge, no schema, no outbox, no screen.
 */
export async function openFloorLane({
  natsUrl,
  keys,
  site,
  senders,
}: {
  natsUrl: string
  keys: Keys
  site: string
  senders: number
}): Promise<Lane> {
  const now = Date.now()
  const visitors = Array.from({ length: senders }, () => newId())
  const dial = (jwt: string, self: string): Promise<NatsConnection> =>
    connect({ servers: natsUrl, authenticator: jwtAuthenticator(jwt), inboxPrefix: subjects.inboxPrefix(self), reconnect: false })
  const connections = await Promise.all(
    visitors.map((visitor) => dial(mintVisitorJwt({ keys, site, visitor, ttlMs: 600_000, now }).jwt, visitor)),
  )
  const agent = newId()
  const screen = await dial(mintAgentJwt({ keys, sites: [site], agent, ttlMs: 600_000, now }).jwt, agent)
  const listeners = new Set<(text: string) => void>()
  screen.subscribe(`live.chat.${site}.>`, {
    callback: (_error, message) => {
      if (readChatSubject(message.subject) === undefined) return
      const { body } = message.json<{ body: { text: string } }>()
      for (const listener of listeners) listener(body.text)
    },
  })
  await screen.flush()
  return {
    name: 'JetStream alone',
    senders,
    async send(sender, text) {
      const visitor = visitors[sender] as string
      const id = newMessageId()
      const head = headers()
      head.set('Nats-Msg-Id', `${visitor}:${id}`)
      const payload = JSON.stringify({ v: 1, id, kind: 'text', body: { text } })
      await (connections[sender] as NatsConnection).request(subjects.visitorMessage(site, visitor), payload, {
        headers: head,
        timeout: 10_000,
      })
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
