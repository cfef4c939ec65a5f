import type {
  AgentCard,
  AgentId,
  Conversation,
  ConversationId,
  ConversationStatus,
  ConversationsPage,
  InboxCounts,
  InboxView,
  SiteId,
  VisitorId,
} from '@usher-chat/sdk/protocol'
import { isId } from '@usher-chat/sdk/protocol'
import type { Tx, Value } from '../../db/connect-db.ts'
import { readCursor, writeCursor } from './inbox-cursor.ts'
import { toVisitorCard, type VisitorRow } from './read-visitor-card.ts'

/** Who asks: unread counts are theirs, and they see nothing outside their sites. */
interface Reader {
  agent: AgentId
  sites: readonly SiteId[]
}

export interface InboxQuestion extends Reader {
  view: InboxView
  /** Comma-separated ids; then the view does not matter. */
  ids?: string | undefined
  cursor?: string | undefined
  limit: number
}

/** Which rows, in what order: `key` sorts (ties by id), a number so that a cursor can hold it. */
interface Selection {
  where: string
  key: string
  direction: 'asc' | 'desc'
}

const milliseconds = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`

// Newest activity first; a thread whose first message is still on its way to Postgres counts by that message.
const activity = `greatest(coalesce(v.last_seq, 0), c.opened_seq)`

const views: Record<InboxView, Selection> = {
  mine: { where: `c.status = 'open' and c.assignee_id = $1`, key: activity, direction: 'desc' },
  queue: { where: `c.status = 'queued'`, key: milliseconds('c.queued_at'), direction: 'asc' },
  all: { where: `c.status <> 'resolved'`, key: activity, direction: 'desc' },
  resolved: { where: `c.status = 'resolved'`, key: milliseconds('c.resolved_at'), direction: 'desc' },
}

/** Ids of one question at most. */
const mostIds = 100

/** A page of conversations and the counts of the lists. */
export async function readInbox(db: Tx, question: InboxQuestion): Promise<ConversationsPage> {
  const [page, counts] = await Promise.all([
    question.ids === undefined ? readView(db, question) : readIds(db, question, question.ids),
    readCounts(db, question),
  ])
  return { ...page, counts }
}

async function readView(db: Tx, { view, cursor, limit, ...reader }: InboxQuestion): Promise<Omit<ConversationsPage, 'counts'>> {
  const { where, key, direction } = views[view]
  const after = cursor === undefined ? undefined : readCursor(cursor)
  const beyond = after ? `and (${key}, c.id) ${direction === 'asc' ? '>' : '<'} ($4, $5)` : ''
  // One row more than asked for tells whether there is a next page.
  const rows = await select(db, reader, { where: `${where} ${beyond}`, key, direction }, [
    limit + 1,
    ...(after ? [after.key, after.id] : []),
  ])
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map(toConversation),
    ...(rows.length > limit && last ? { cursor: writeCursor({ key: last.key, id: last.id }) } : {}),
  }
}

async function readIds(db: Tx, reader: Reader, ids: string): Promise<Omit<ConversationsPage, 'counts'>> {
  const wanted = ids.split(',').filter(isId).slice(0, mostIds)
  const rows = await select(db, reader, { where: 'c.id = any($4)', key: activity, direction: 'desc' }, [mostIds, wanted])
  return { items: rows.map(toConversation) }
}

export async function readConversation(db: Tx, { id, ...reader }: Reader & { id: ConversationId }): Promise<Conversation | undefined> {
  const [row] = await select(db, reader, { where: 'c.id = $4', key: activity, direction: 'desc' }, [1, id])
  return row && toConversation(row)
}

/** The conversations of one visitor, newest first. */
export async function readConversationsOf(db: Tx, { visitor, ...reader }: Reader & { visitor: VisitorId }): Promise<Conversation[]> {
  const rows = await select(db, reader, { where: 'c.visitor_id = $4', key: 'c.opened_seq', direction: 'desc' }, [mostIds, visitor])
  return rows.map(toConversation)
}

async function readCounts(db: Tx, { agent, sites }: Reader): Promise<InboxCounts> {
  const [counts] = await db.query<InboxCounts>(
    `select count(*) filter (where status = 'open' and assignee_id = $1) as mine,
       count(*) filter (where status = 'queued') as queue, count(*) as "all"
     from conversations where site_id = any($2) and status <> 'resolved'`,
    [agent, sites],
  )
  return counts ?? { mine: 0, queue: 0, all: 0 }
}

interface Row extends Omit<VisitorRow, 'id' | 'firstSeenAt' | 'lastSeenAt'> {
  id: ConversationId
  key: number
  site: SiteId
  status: ConversationStatus
  visitor: VisitorId
  firstSeenAt: Date | null
  lastSeenAt: Date | null
  assignee: (Omit<AgentCard, 'avatarUrl'> & { avatarUrl: string | null }) | null
  openedAt: Date
  openedSeq: number
  resolvedAt: Date | null
  waitingSince: Date | null
  lastMessage: NonNullable<Conversation['lastMessage']> | null
  lastSeq: number
  unread: number
}

/** $1 agent, $2 sites, $3 limit, the rest belongs to the selection. */
function select(db: Tx, { agent, sites }: Reader, { where, key, direction }: Selection, values: readonly Value[]): Promise<Row[]> {
  return db.query<Row>(
    `with page as (
       select c.*, ${key} as key, v.name, v.email, v.external_id, v.locale, v.page, v.first_seen_at, v.last_seen_at, v.last_seq, v.last_message
       from conversations c left join visitors v on v.site_id = c.site_id and v.id = c.visitor_id
       where c.site_id = any($2) and ${where}
       order by ${key} ${direction}, c.id ${direction} limit $3
     )
     ${details} order by p.key ${direction}, p.id ${direction}`,
    [agent, sites, ...values],
  )
}

/** Counting stops here: a badge shows no more. */
const mostUnread = 100

const details = `
  select p.id, p.key, p.site_id as site, p.status, p.visitor_id as visitor, p.name, p.email, p.external_id as "externalId", p.locale, p.page,
    p.first_seen_at as "firstSeenAt", p.last_seen_at as "lastSeenAt", p.opened_at as "openedAt", p.opened_seq as "openedSeq",
    p.resolved_at as "resolvedAt", p.waiting_since as "waitingSince", coalesce(p.resolved_seq, greatest(p.last_seq, p.opened_seq)) as "lastSeq",
    case when a.id is null then null else jsonb_build_object('id', a.id, 'name', a.name, 'avatarUrl', a.avatar_url) end as assignee,
    case when p.resolved_seq is null or (p.last_message ->> 'seq')::bigint <= p.resolved_seq then p.last_message else ended.message end as "lastMessage",
    unread.count as unread
  from page p
  left join agents a on a.id = p.assignee_id
  left join lateral (
    select jsonb_build_object('seq', m.seq, 'at', m.at, 'role', m.author_role, 'text', left(m.body ->> 'text', 200), 'note', m.internal) as message
    from messages m
    where m.site_id = p.site_id and m.visitor_id = p.visitor_id and m.kind = 'text' and m.seq between p.opened_seq and p.resolved_seq
    order by m.seq desc limit 1
  ) ended on p.resolved_seq is not null
  cross join lateral (
    select count(*) as count from (
      select 1 from messages m
      where m.site_id = p.site_id and m.visitor_id = p.visitor_id and m.author_role = 'visitor'
        and m.seq >= p.opened_seq and m.seq <= coalesce(p.resolved_seq, 9007199254740991)
        and m.seq > coalesce((
          select r.seq from read_cursors r where r.site_id = p.site_id and r.visitor_id = p.visitor_id and r.reader = $1
        ), 0)
      limit ${mostUnread}
    ) as fresh
  ) unread`

function toConversation(row: Row): Conversation {
  const { id, site, status, openedSeq, lastSeq, unread, lastMessage, assignee, resolvedAt, waitingSince } = row
  return {
    id,
    site,
    status,
    // The router may know a visitor before history has written their row.
    visitor: toVisitorCard({
      ...row,
      id: row.visitor,
      firstSeenAt: row.firstSeenAt ?? row.openedAt,
      lastSeenAt: row.lastSeenAt ?? row.openedAt,
    }),
    ...(assignee ? { assignee: toAgentCard(assignee) } : {}),
    openedAt: row.openedAt.toISOString(),
    openedSeq,
    ...(resolvedAt ? { resolvedAt: resolvedAt.toISOString() } : {}),
    ...(waitingSince ? { waitingSince: waitingSince.toISOString() } : {}),
    ...(lastMessage ? { lastMessage: { ...lastMessage, at: new Date(lastMessage.at).toISOString() } } : {}),
    lastSeq,
    unread,
  }
}

const toAgentCard = ({ id, name, avatarUrl }: NonNullable<Row['assignee']>): AgentCard => ({
  id,
  name,
  ...(avatarUrl === null ? {} : { avatarUrl }),
})
