import type { AgentId, Presence } from '@usher-chat/sdk/protocol'
import type { Db, Tx } from '../connect-db.ts'
import { giveBack, type Leaver } from './give-back.ts'

/** What changed. */
export interface PresenceChange {
  /** The presence is another than before. */
  changed: boolean
  /** Conversations that went back to the queue. */
  givenBack: number
}

/**
 * Sets an agent's presence because the agent said so. `offline` gives their open conversations back at once: they will not
 * answer. `away` keeps them, and gets no new ones. An unknown or deactivated agent changes nothing. Afterwards wake the router.
 */
export function setPresence(db: Db, { agent, presence }: { agent: AgentId; presence: Presence }, now: Date): Promise<PresenceChange> {
  return db.transaction(async (tx) => {
    const row = await lockAgent(tx, agent)
    if (row === undefined || row.deactivated) return { changed: false, givenBack: 0 }
    await tx.query('update agents set presence = $2, last_seen_at = $3 where id = $1', [agent, presence, now])
    const givenBack = presence === 'offline' ? await giveBack(tx, row, now) : 0
    return { changed: row.presence !== presence, givenBack }
  })
}

/** An agent as presence sees them. */
export interface PresentAgent extends Leaver {
  presence: Presence
  /** Last sign of life; null before the first. */
  lastSeenAt: Date | null
  deactivated: boolean
}

/** Takes an agent's row until the transaction ends. */
export async function lockAgent(tx: Tx, agent: AgentId): Promise<PresentAgent | undefined> {
  const text = `select id, name, capacity, presence, last_seen_at as "lastSeenAt", deactivated_at is not null as deactivated
    from agents where id = $1 for no key update`
  const [row] = await tx.query<PresentAgent>(text, [agent])
  return row
}
