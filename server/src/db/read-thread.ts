import { type Author, type SiteId, type ThreadItem, type ThreadPage, toSeq, UsherError, type VisitorId } from '@usher-chat/sdk/protocol'
import { type AgentCards, createAgentCards } from './agent-cards.ts'
import { assemblePage, type PageRow } from './assemble-page.ts'
import type { Db } from './connect-db.ts'
import { postgresFailure } from './postgres-failure.ts'
import { readStoredPage, readStoredSeqs, readThreadFacts } from './stored-page.ts'
import { createFloorReader, identityOf, readTail, type StreamReader, type Tail } from './thread-tail.ts'

/** Which page of which thread, and for whom: a visitor's page holds no note and no internal event. */
export interface ThreadQuestion {
  site: SiteId
  visitor: VisitorId
  reader: 'visitor' | 'agent'
  /** Reads forward from this seq. */
  after?: number | undefined
  /** Reads backward from this seq; without both, the newest page. */
  before?: number | undefined
  /** Most rows of the page. */
  limit: number
}

export interface ThreadReaderOptions {
  db: Db
  bus: StreamReader
  /** The life of the stream that was settled last; undefined before the first. */
  epoch: () => number | undefined
  /** The connection to the broker in which that is certain, by number; undefined while there is none. */
  connection: () => number | undefined
  /** ms since 1970. */
  now?: () => number
}

/**
 * Reads threads: Postgres, and behind it whatever the stream has and history has not written yet, so that readers always read
 * their own writes. With the broker away it reads Postgres alone; with Postgres away it throws `service_unavailable`.
 */
export function createThreadReader({
  db,
  bus,
  epoch,
  connection,
  now = Date.now,
}: ThreadReaderOptions): (question: ThreadQuestion) => Promise<ThreadPage> {
  const readFloor = createFloorReader({ bus, now })
  const cards = createAgentCards({ db, now })

  const read = async (question: ThreadQuestion): Promise<ThreadPage> => {
    const life = epoch()
    if (life === undefined) throw new UsherError('service_unavailable', 'unable to read the thread; the server is still starting')
    const began = connection()
    // The floor first: what stands below it is in Postgres by the time Postgres is asked.
    const floor = began === undefined ? undefined : await readFloor(began)
    const [stored, facts] = await Promise.all([readStoredPage(db, question), readThreadFacts(db, question)])
    const full = question.after !== undefined && stored.length > question.limit
    const tail = floor === undefined || full ? undefined : await tailFor(question, life, floor)
    const tailSeqs = tail === undefined ? new Map() : await readStoredSeqs(db, question, tail.rows)
    // What was read of the stream may be another life's, and Postgres may have got the rest of this one since it was asked.
    if (floor !== undefined && connection() !== began) return read(question)
    const floorSeq = floor === undefined ? 0 : toSeq(life, floor)
    const { rows, hasMore, lastSeq } = assemblePage(question, { stored, tail, tailSeqs, floor: floorSeq }, identityOf)
    return { epoch: life, messages: await items(rows, facts.name, cards), hasMore, lastSeq, read: facts.read }
  }
  const tailFor = async (question: ThreadQuestion, life: number, floor: number): Promise<Tail | undefined> => {
    if (question.before !== undefined && question.before <= toSeq(life, floor) + 1) return undefined
    return readTail({ bus, epoch: life, floor, ...question })
  }
  return (question) =>
    read(question).catch((cause: unknown) => {
      if (postgresFailure(cause) !== 'away') throw cause
      throw new UsherError('service_unavailable', 'unable to read the thread; the history is away, try again soon', { cause })
    })
}

async function items(rows: readonly PageRow[], visitorName: string | undefined, cards: AgentCards): Promise<ThreadItem[]> {
  const agents = await cards(rows.flatMap(({ row }) => (row.author.role === 'agent' ? [row.author.id] : [])))
  const authorOf = ({ role, id }: Author): Author => {
    if (role === 'agent') return { role, ...(agents.get(id) ?? { id }) }
    return role === 'visitor' && visitorName !== undefined ? { role, id, name: visitorName } : { role, id }
  }
  return rows.map(({ row, saved }) => {
    const base = { id: row.id, seq: row.seq, at: row.at.toISOString(), author: authorOf(row.author), saved }
    const hidden = row.internal ? ({ internal: true } as const) : {}
    return row.kind === 'text'
      ? { ...base, kind: row.kind, body: row.body, ...hidden }
      : { ...base, kind: row.kind, body: row.body, ...hidden }
  })
}
