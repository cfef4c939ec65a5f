import { dedupId, newId, newMessageId, subjects } from '@usher-chat/sdk/protocol'
import { connect, headers, jwtAuthenticator } from 'nats'
import type { Keys } from '../src/access/keys.ts'
import { mintVisitorJwt } from '../src/access/user-jwt.ts'

/** Fills the stream with `visitors × perVisitor` messages of fresh visitors, interleaved as on a busy evening. */
export async function publishMany(options: {
  natsUrl: string
  keys: Keys
  site: string
  visitors: number
  perVisitor: number
  lines: readonly string[]
}): Promise<void> {
  const { natsUrl, keys, site, perVisitor, lines } = options
  const publish = async () => {
    const visitor = newId()
    const { jwt } = mintVisitorJwt({ keys, site, visitor, now: Date.now() })
    const connection = await connect({ servers: natsUrl, authenticator: jwtAuthenticator(jwt), inboxPrefix: subjects.inboxPrefix(visitor) })
    for (let i = 0; i < perVisitor; i++) {
      const id = newMessageId()
      const head = headers()
      head.set('Nats-Msg-Id', dedupId(visitor, id))
      const payload = JSON.stringify({ v: 1, id, kind: 'text', body: { text: lines[i % lines.length] } })
      await connection.request(subjects.visitorMessage(site, visitor), payload, { headers: head, timeout: 10_000 })
    }
    await connection.close()
  }
  await Promise.all(Array.from({ length: options.visitors }, publish))
}
