import type { AgentCard, Session, SiteId, VisitorId } from '@usher-chat/sdk/protocol'
import type { Tx } from '../../db/connect-db.ts'

/** What a session tells a visitor about their thread. Nothing of notes and internal events goes into it. */
export type KnownVisitor = Session['thread'] & { name?: string }

interface Row {
  name: string | null
  lastSeq: number
  unread: number
  conversation: string | null
  status: 'queued' | 'open' | 'snoozed' | 'resolved' | null
  assignee: (Omit<AgentCard, 'avatarUrl'> & { avatarUrl: string | null }) | null
}

/** Counting stops here: a badge shows no more. */
const mostUnread = 100

export async function readVisitor(db: Tx, site: SiteId, visitor: VisitorId): Promise<KnownVisitor> {
  const [row] = await db.query<Row>(sql, [site, visitor, mostUnread])
  if (!row) return { lastSeq: 0, unread: 0 }
  const { name, lastSeq, unread, conversation: id, status, assignee } = row
  return {
    ...(name === null ? {} : { name }),
    lastSeq,
    unread,
    ...(id === null || status === null
      ? {}
      : { conversation: { id, status, ...(assignee === null ? {} : { assignee: cardOf(assignee) }) } }),
  }
}

const cardOf = ({ id, name, avatarUrl }: NonNullable<Row['assignee']>): AgentCard => ({
  id,
  name,
  ...(avatarUrl === null ? {} : { avatarUrl }),
})

const sql = `
  select v.name,
    coalesce((
      select m.seq from messages m where m.site_id = v.site_id and m.visitor_id = v.id and not m.internal order by m.seq desc limit 1
    ), 0) as "lastSeq",
    (
      select count(*) from (
        select 1 from messages m
        where m.site_id = v.site_id and m.visitor_id = v.id and m.author_role = 'agent' and m.kind = 'text' and not m.internal
          and m.seq > coalesce((
            select r.seq from read_cursors r where r.site_id = v.site_id and r.visitor_id = v.id and r.reader = 'visitor'
          ), 0)
        limit $3
      ) as fresh
    ) as unread,
    c.id as conversation, c.status,
    case when a.id is null then null else jsonb_build_object('id', a.id, 'name', a.name, 'avatarUrl', a.avatar_url) end as assignee
  from visitors v
  left join lateral (
    select id, status, assignee_id from conversations
    where site_id = v.site_id and visitor_id = v.id order by opened_seq desc limit 1
  ) c on true
  left join agents a on a.id = c.assignee_id
  where v.site_id = $1 and v.id = $2`
