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
import { lockSite } from './lock-site.ts'

const action = 'reopen the conversation'

/** `by` wants to go on with it, and has it from then on. */
export interface Reopen extends ConversationKey {
  by: AgentId
}

/**
 * Opens a visitor's last conversation again, assigned to who reopens it. One that is not resolved is left as it is. Throws
 * `not_found`, or `conflict` when the visitor has a newer conversation.
 */
export function reopenConversation(db: Db, command: Reopen, now: Date): Promise<ConversationRow> {
  return db.transaction(async (tx) => {
    const site = await siteOfConversation(tx, command, action)
    // The router may be opening the visitor's next one at this moment.
    await lockSite(tx, site)
    const card = await lockAgentOfSite(tx, site, command.by)
    const row = await lockConversation(tx, command, action)
    if (row.status !== 'resolved') return row
    if (card === undefined) throw new UsherError('forbidden', `unable to ${action}; only agents of the site's teams can have it`)
    await refuseIfNewer(tx, row)
    // What came after its last message and before its end belonged to it, uncounted: it must not be lost when it now ends earlier.
    const counted = 'update conversations set asked_seq = greatest(asked_seq, resolved_seq) where site_id = $1 and id = $2'
    await tx.query(counted, [row.site, row.id])
    const before = { type: 'conversation.reopened' as const, data: { by: command.by } }
    await giveToAgents(tx, [{ place: placeOf(row), agent: card, by: command.by, before }], now)
    return { ...row, status: 'open', assignee: card.id, resolvedSeq: null }
  })
}

async function refuseIfNewer(tx: Tx, row: ConversationRow): Promise<void> {
  const text =
    'select status from conversations where site_id = $1 and visitor_id = $2 and opened_seq > $3 order by opened_seq desc limit 1'
  const [newer] = await tx.query<{ status: string }>(text, [row.site, row.visitor, row.openedSeq])
  if (newer === undefined) return
  const reason =
    newer.status === 'resolved'
      ? 'a newer one of this visitor can be reopened instead'
      : 'this visitor already has another one that is not resolved'
  throw new UsherError('conflict', `unable to ${action}; ${reason}`)
}
