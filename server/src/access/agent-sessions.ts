import { createHash, randomBytes } from 'node:crypto'
import type { AgentId, Me, SiteId } from '@usher-chat/sdk/protocol'
import type { Db } from '../db/connect-db.ts'

/** Life of a login after its last use, ms: 14 days. */
export const agentSessionTtlMs = 14 * 24 * 60 * 60_000

/** A login is prolonged once it is this old, ms: one write a day is enough. */
const prolongAfterMs = 24 * 60 * 60_000

/** An agent who is logged in. */
export interface AgentLogin {
  readonly id: AgentId
  readonly name: string
  readonly email: string
  readonly avatarUrl: string | undefined
  readonly role: Me['role']
  readonly presence: Me['presence']
  readonly capacity: number
  /** The sites of the teams they are in. */
  readonly sites: readonly { id: SiteId; name: string }[]
}

/** Logins of agents: the browser holds 32 random bytes, Postgres their SHA-256. */
export interface AgentSessions {
  /** The token for the cookie. `replaced`: the cookie the request came with, which ends (no session outlives the next login). */
  start(agent: AgentId, replaced: string | undefined): Promise<string>
  /** Who is logged in with this cookie; `prolonged` when its 14 days began anew. Undefined when it is unknown, expired or its agent deactivated. */
  find(token: string): Promise<{ agent: AgentLogin; prolonged: boolean } | undefined>
  end(token: string): Promise<void>
}

interface LoginRow extends Omit<AgentLogin, 'avatarUrl'> {
  avatarUrl: string | null
  expiresAt: Date
}

export function createAgentSessions({ db, now }: { db: Db; now: () => number }): AgentSessions {
  const end = async (token: string): Promise<void> => {
    await db.query('delete from sessions where token_hash = $1', [hashOf(token)])
  }
  const expiry = () => new Date(now() + agentSessionTtlMs)
  return {
    end,
    async start(agent, replaced) {
      if (replaced !== undefined) await end(replaced)
      const token = randomBytes(32).toString('base64url')
      await db.query('delete from sessions where agent_id = $1 and expires_at <= $2', [agent, new Date(now())])
      await db.query('insert into sessions (token_hash, agent_id, created_at, expires_at) values ($1, $2, $3, $4)', [
        hashOf(token),
        agent,
        new Date(now()),
        expiry(),
      ])
      return token
    },
    async find(token) {
      const row = (await db.query<LoginRow>(loginSql, [hashOf(token), new Date(now())]))[0]
      if (!row) return undefined
      const { expiresAt, avatarUrl, ...agent } = row
      const prolonged = expiresAt.getTime() - now() < agentSessionTtlMs - prolongAfterMs
      if (prolonged) await db.query('update sessions set expires_at = $2 where token_hash = $1', [hashOf(token), expiry()])
      return { agent: { ...agent, avatarUrl: avatarUrl ?? undefined }, prolonged }
    },
  }
}

const loginSql = `
  select a.id, a.name, a.email, a.avatar_url as "avatarUrl", a.role, a.presence, a.capacity, s.expires_at as "expiresAt",
    coalesce((
      select jsonb_agg(jsonb_build_object('id', sites.id, 'name', sites.name) order by sites.name, sites.id) from sites
      where sites.id in (select site_id from team_members where agent_id = a.id)
    ), '[]') as sites
  from sessions s join agents a on a.id = s.agent_id
  where s.token_hash = $1 and s.expires_at > $2 and a.deactivated_at is null`

const hashOf = (token: string): Uint8Array => createHash('sha256').update(token).digest()
