import {
  type AgentCard,
  type AgentId,
  type ConversationId,
  type ConversationStatus,
  type SiteId,
  UsherError,
  type VisitorId,
} from '@usher-chat/sdk/protocol'
import type { Tx } from '../connect-db.ts'
import type { EventPlace } from './write-events.ts'

/** A conversation as it stands in Postgres. Positions are seqs. */
export interface ConversationRow {
  site: SiteId
  id: ConversationId
  visitor: VisitorId
  status: ConversationStatus
  /** The agent who has it; null while it is queued. */
  assignee: AgentId | null
  openedSeq: number
  /** The visitor's newest message that belongs to it. */
  askedSeq: number
  resolvedSeq: number | null
  openedAt: Date
  /** Its place in the queue, also while it is not queued: whoever waited first is served first. */
  queuedAt: Date
}

const columns = `site_id as site, id, visitor_id as visitor, status, assignee_id as assignee, opened_seq as "openedSeq", asked_seq as "askedSeq",
  resolved_seq as "resolvedSeq", opened_at as "openedAt", queued_at as "queuedAt"`

/** Where events about a conversation go. */
export const placeOf = ({ site, visitor, id }: Pick<ConversationRow, 'site' | 'visitor' | 'id'>): EventPlace => ({
  site,
  visitor,
  conversation: id,
})

/** What a command needs to find a conversation: its id, and the sites the caller may touch. */
export interface ConversationKey {
  sites: readonly SiteId[]
  id: ConversationId
}

/** The site of a conversation, without taking its row. Throws `not_found` when it is none of the caller's sites. */
export async function siteOfConversation(tx: Tx, { sites, id }: ConversationKey, action: string): Promise<SiteId> {
  const [row] = await tx.query<{ site: SiteId }>('select site_id as site from conversations where site_id = any($1) and id = $2', [
    sites,
    id,
  ])
  if (row === undefined) throw unknown(action)
  return row.site
}

/** Takes the row of a conversation until the transaction ends. Throws `not_found` when it is none of the caller's sites. */
export async function lockConversation(tx: Tx, { sites, id }: ConversationKey, action: string): Promise<ConversationRow> {
  const [row] = await tx.query<ConversationRow>(`select ${columns} from conversations where site_id = any($1) and id = $2 for update`, [
    sites,
    id,
  ])
  if (row === undefined) throw unknown(action)
  return row
}

const unknown = (action: string) => new UsherError('not_found', `unable to ${action}; there is no such conversation`)

/** An agent's card, if the agent is active and in a team of the site. Takes the agent's row until the transaction ends. */
export async function lockAgentOfSite(tx: Tx, site: SiteId, agent: AgentId): Promise<AgentCard | undefined> {
  const text = `select id, name, avatar_url as "avatarUrl" from agents
    where id = $2 and deactivated_at is null and exists (select 1 from team_members where site_id = $1 and agent_id = $2)
    for no key update`
  const [row] = await tx.query<AgentRow>(text, [site, agent])
  return row === undefined ? undefined : toAgentCard(row)
}

interface AgentRow {
  id: AgentId
  name: string
  avatarUrl: string | null
}

/** How an agent is shown: without an `avatarUrl` when there is none. */
export const toAgentCard = ({ id, name, avatarUrl }: AgentRow): AgentCard => ({ id, name, ...(avatarUrl === null ? {} : { avatarUrl }) })
