import {
  type AgentId,
  type Message,
  newId,
  newMessageId,
  type Presence,
  type SiteId,
  subjects,
  type VisitorId,
} from '@usher-chat/sdk/protocol'
import { mintVisitorJwt } from '../src/access/user-jwt.ts'
import type { Tx } from '../src/db/connect-db.ts'
import { pub, rawNats } from './raw-nats.ts'
import type { TestNats } from './start-nats.ts'

/** Makes a site with one team, for tests. */
export async function seedSite(tx: Tx): Promise<SiteId> {
  const site = newId()
  await tx.query(`insert into sites (id, key, name, identity_secret) values ($1, $2, 'Test', 'secret')`, [site, newId()])
  await tx.query(`insert into teams (site_id, id, name) values ($1, $2, 'Everyone')`, [site, newId()])
  return site
}

export interface SeedAgent {
  sites: readonly SiteId[]
  name?: string
  /** Default: offline, and never seen. */
  presence?: Presence
  lastSeenAt?: Date
  capacity?: number
}

/** Makes an agent who is in every team of these sites. */
export async function seedAgent(
  tx: Tx,
  { sites, name = 'Anna', presence = 'offline', lastSeenAt, capacity = 8 }: SeedAgent,
): Promise<AgentId> {
  const agent = newId()
  const seen = lastSeenAt ?? (presence === 'offline' ? null : new Date())
  await tx.query(
    `insert into agents (id, email, name, password_hash, presence, last_seen_at, capacity) values ($1, $1 || '@example.com', $2, '', $3, $4, $5)`,
    [agent, name, presence, seen, capacity],
  )
  await tx.query('insert into team_members (site_id, team_id, agent_id) select site_id, id, $2 from teams where site_id = any($1)', [
    sites,
    agent,
  ])
  return agent
}

/** Stores messages of a visitor in the stream, as their browser would: texts, or whole payloads. */
export async function visitorSays(nats: TestNats, site: SiteId, visitor: VisitorId, ...messages: (string | Message)[]): Promise<void> {
  const { jwt } = mintVisitorJwt({ keys: nats.keys, site, visitor, now: Date.now() })
  await using line = await rawNats({ port: nats.port, jwt })
  const payloads = messages.map((message) => JSON.stringify(typeof message === 'string' ? textMessage(message) : message))
  const answer = await line.say(...payloads.map((payload) => pub(subjects.visitorMessage(site, visitor), payload)))
  if (answer.includes('-ERR')) throw new Error(`unable to write as a visitor; ${answer}`)
}

const textMessage = (text: string): Message => ({ v: 1, id: newMessageId(), kind: 'text', body: { text } })
