import type { AgentId } from '@usher-chat/sdk/protocol'
import type { Db, Tx } from '../connect-db.ts'
import { type ConversationKey, type ConversationRow, lockConversation, placeOf } from './conversation-row.ts'
import { writeEvents } from './write-events.ts'

/** `by` says it is done. `seq`: the last seq they had on screen, at most the end of the stream (the caller checks). */
export interface Resolve extends ConversationKey {
  by: AgentId
  seq?: number | undefined
}

/**
 * Ends a conversation. Resolving a resolved one changes nothing. What the visitor wrote after `seq` belongs to the next
 * conversation: the router opens it, whether it reads the message before or after this. Throws `not_found`.
 */
export function resolveConversation(db: Db, command: Resolve, now: Date): Promise<ConversationRow> {
  return db.transaction(async (tx) => {
    const row = await lockConversation(tx, command, 'resolve the conversation')
    if (row.status === 'resolved') return row
    const resolvedSeq = lastSeqOf(row, await threadSeq(tx, row), command.seq)
    await tx.query(
      `update conversations set status = 'resolved', resolved_at = $3, resolved_seq = $4, waiting_since = null where site_id = $1 and id = $2`,
      [row.site, row.id, now, resolvedSeq],
    )
    await writeEvents(tx, [{ place: placeOf(row), event: { type: 'conversation.resolved', data: { by: command.by } } }], now)
    return { ...row, status: 'resolved', resolvedSeq }
  })
}

/** The seq a conversation ends at: what was on screen, else everything known of the thread; never before its first message. */
function lastSeqOf(row: Pick<ConversationRow, 'openedSeq' | 'askedSeq'>, threadSeq: number, seq: number | undefined): number {
  return Math.max(row.openedSeq, seq ?? Math.max(threadSeq, row.askedSeq))
}

/** The last seq of the thread that history has stored. */
async function threadSeq(tx: Tx, { site, visitor }: ConversationRow): Promise<number> {
  const [row] = await tx.query<{ seq: number }>('select last_seq as seq from visitors where site_id = $1 and id = $2', [site, visitor])
  return row?.seq ?? 0
}
