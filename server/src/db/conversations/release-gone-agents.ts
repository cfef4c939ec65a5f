import type { AgentId } from '@usher-chat/sdk/protocol'
import type { Db } from '../connect-db.ts'
import { giveBack } from './give-back.ts'
import { lockAgent, type PresentAgent } from './set-presence.ts'

export interface GoneOptions {
  now: Date
  /** Silence after which an agent counts as gone, ms. */
  goneMs: number
}

/** How many agents had gone, and how many conversations they gave back. */
export interface Released {
  agents: number
  conversations: number
}

/**
 * Looks for agents who have fallen silent and gives their conversations back, one short transaction for each agent. Safe on
 * several servers at once.
 */
export async function releaseGoneAgents(db: Db, { now, goneMs }: GoneOptions): Promise<Released> {
  const released = { agents: 0, conversations: 0 }
  for (const agent of await goneAgents(db, new Date(now.getTime() - goneMs))) {
    const given = await release(db, agent, { now, goneMs })
    if (given === undefined) continue
    released.agents += 1
    released.conversations += given
  }
  return released
}

/**
 * Deactivated agents with open conversations; silent agents who are not marked offline yet; and those who left with a last
 * heartbeat and have not come back to what they had. Someone offline who was given a conversation by hand keeps it.
 */
async function goneAgents(db: Db, seenBefore: Date): Promise<AgentId[]> {
  const rows = await db.query<{ id: AgentId }>(
    `select id from agents a
     where case
       when deactivated_at is not null then exists (select 1 from conversations c where c.assignee_id = a.id and c.status = 'open')
       when presence <> 'offline' then last_seen_at is null or last_seen_at < $1
       else last_seen_at < $1 and exists (
         select 1 from conversations c where c.assignee_id = a.id and c.status = 'open' and c.assigned_at <= a.last_seen_at)
       end
     order by id`,
    [seenBefore],
  )
  return rows.map(({ id }) => id)
}

/** Conversations given back; undefined when the agent has been heard of in the meantime. */
function release(db: Db, id: AgentId, { now, goneMs }: GoneOptions): Promise<number | undefined> {
  return db.transaction(async (tx) => {
    const agent = await lockAgent(tx, id)
    if (agent === undefined) return undefined
    if (agent.deactivated) return giveBack(tx, agent, now)
    if (!isSilent(agent, now, goneMs)) return undefined
    if (agent.presence === 'offline') return giveBack(tx, agent, now, agent.lastSeenAt)
    await tx.query(`update agents set presence = 'offline' where id = $1`, [id])
    return giveBack(tx, agent, now)
  })
}

/** Whether an agent's last sign of life is too long ago. */
export function isSilent({ lastSeenAt }: Pick<PresentAgent, 'lastSeenAt'>, now: Date, goneMs: number): boolean {
  return lastSeenAt === null || lastSeenAt.getTime() < now.getTime() - goneMs
}
