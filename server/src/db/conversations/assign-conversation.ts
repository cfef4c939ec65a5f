import { type AgentId, UsherError } from '@usher-chat/sdk/protocol'
import type { Db, Tx } from '../connect-db.ts'
import {
  type ConversationKey,
  type ConversationRow,
  lockAgentOfSite,
  lockConversation,
  placeOf,
  siteOfConversation,
} from './conversation-row.ts'
import { giveToAgents } from './give-to-agents.ts'

const action = 'assign the conversation'

/** `agent` is to have it, because `by` said so. `take` allows taking it from a colleague. */
export interface Assign extends ConversationKey {
  agent: AgentId
  by: AgentId
  take: boolean
}

/**
 * Gives an unresolved conversation to an agent, whatever their presence and load: a person decided. Assigning it to whom it is
 * assigned changes nothing. Throws `not_found`, `conflict` (it is resolved) or `already_assigned` (a colleague has it).
 */
export function assignConversation(db: Db, command: Assign, now: Date): Promise<ConversationRow> {
  return db.transaction(async (tx) => {
    const site = await siteOfConversation(tx, command, action)
    // Agents before conversations, everywhere: two transactions that take them in different orders would wait for each other.
    const card = await lockAgentOfSite(tx, site, command.agent)
    const row = await lockConversation(tx, command, action)
    if (card === undefined) throw new UsherError('not_found', `unable to ${action}; this agent does not serve the site`)
    if (row.status === 'resolved') throw new UsherError('conflict', `unable to ${action}; it is resolved, reopen it first`)
    if (row.status === 'open' && row.assignee === card.id) return row
    if (row.assignee !== null && row.assignee !== card.id && !command.take) throw await alreadyAssigned(tx, row.assignee)
    await giveToAgents(tx, [{ place: placeOf(row), agent: card, by: command.by }], now)
    return { ...row, status: 'open', assignee: card.id }
  })
}

async function alreadyAssigned(tx: Tx, assignee: AgentId): Promise<UsherError> {
  const [colleague] = await tx.query<{ name: string }>('select name from agents where id = $1', [assignee])
  return new UsherError('already_assigned', `unable to ${action}; ${colleague?.name ?? 'a colleague'} already has it`)
}
