import type { AgentId, Presence } from '@usher-chat/sdk/protocol'
import type { Tx } from '../db/connect-db.ts'

/** An agent's last sign of life. */
export interface Beat {
  presence: Presence
  at: Date
}

/**
 * Writes heartbeats in one statement; returns the agents whose presence is another now. One older than what Postgres knows
 * changes nothing. `last_seen_at` of an agent who is and stays offline remains when they left: what they had is given back then.
 */
export async function writeHeartbeats(tx: Tx, beats: ReadonlyMap<AgentId, Beat>): Promise<AgentId[]> {
  const values = [...beats.values()]
  const rows = await tx.query<{ id: AgentId; changed: boolean }>(
    `with beats as (
       select * from unnest($1::text[], $2::text[], $3::timestamptz[]) as b (id, presence, at)
     ), taken as (
       select a.id, a.presence as before, b.presence, b.at from beats b join agents a on a.id = b.id
       where a.deactivated_at is null and (a.last_seen_at is null or a.last_seen_at <= b.at)
       order by a.id for no key update of a
     )
     update agents a set presence = t.presence,
       last_seen_at = case when t.presence = 'offline' and t.before = 'offline' then a.last_seen_at else t.at end
     from taken t where a.id = t.id
     returning a.id, t.before <> t.presence as changed`,
    [[...beats.keys()], values.map(({ presence }) => presence), values.map(({ at }) => at)],
  )
  return rows.filter(({ changed }) => changed).map(({ id }) => id)
}
