import { type AgentId, dedupId, encode, newMessageId, type SiteId, subjects, type VisitorId } from '@usher-chat/sdk/protocol'
import { mintAgentJwt, mintVisitorJwt } from '../src/access/user-jwt.ts'
import type { Bus, Stored } from '../src/bus/bus.ts'
import { connectBus } from '../src/bus/connect-bus.ts'
import { silentLog } from '../src/log.ts'
import type { TestNats } from './start-nats.ts'

/** Somebody who writes into the stream as a client would, but without the edge: nothing checks the payload. */
export interface Author extends AsyncDisposable {
  /** Writes a text; `id` is a fresh one unless given, `dedup` the id the stream goes by. */
  write(text: string, options?: { id?: string; dedup?: string }): Promise<Stored>
  /** Writes any bytes. */
  writeBytes(payload: Uint8Array): Promise<Stored>
}

/** A visitor, who writes into their own thread. */
export async function connectVisitor(nats: TestNats, place: { site: SiteId; visitor: VisitorId }): Promise<Author> {
  const { jwt } = mintVisitorJwt({ keys: nats.keys, ...place, now: Date.now() })
  return author(await connect(nats, jwt, place.visitor), subjects.visitorMessage(place.site, place.visitor), place.visitor)
}

/** An agent, who writes into one visitor's thread: answers, or notes. */
export async function connectAgent(
  nats: TestNats,
  { site, visitor, agent, note = false }: { site: SiteId; visitor: VisitorId; agent: AgentId; note?: boolean },
): Promise<Author> {
  const { jwt } = mintAgentJwt({ keys: nats.keys, sites: [site], agent, now: Date.now() })
  const subject = note ? subjects.note(site, visitor, agent) : subjects.agentMessage(site, visitor, agent)
  return author(await connect(nats, jwt, agent), subject, agent)
}

/** Bearer tokens need no key of their own; the driver wants one all the same. */
const connect = (nats: TestNats, jwt: string, id: string): Promise<Bus> =>
  connectBus({
    url: nats.url,
    creds: { jwt, seed: nats.keys.server.seed },
    name: id,
    inboxPrefix: subjects.inboxPrefix(id),
    log: silentLog,
  })

function author(bus: Bus, subject: string, self: string): Author {
  return {
    write: (text, { id = newMessageId(), dedup = id } = {}) =>
      bus.publish(subject, encode({ v: 1, id, kind: 'text', body: { text } }), { msgId: dedupId(self, dedup) }),
    writeBytes: (payload) => bus.publish(subject, payload, { msgId: dedupId(self, newMessageId()) }),
    [Symbol.asyncDispose]: () => bus.close(),
  }
}
