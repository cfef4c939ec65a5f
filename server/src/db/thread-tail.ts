import { epochOf, type SiteId, streamSeqOf, subjects, toSeq, type VisitorId } from '@usher-chat/sdk/protocol'
import { isUnreadable, type MessageRow, readMessageRow, type StreamMessage } from './message-row.ts'

/** What reading the stream needs of the bus. */
export interface StreamReader {
  /** Up to `ackFloor`, everything of the stream stands in Postgres. */
  consumerInfo(durable: string): Promise<{ ackFloor: number }>
  /** The first message after a stream sequence whose subject matches. */
  getNext(question: { afterSeq: number; subjectFilter: string }): Promise<StreamMessage | undefined>
}

/** Most rows read from the stream for one answer. */
const longestTail = 500

/** Gives the floor that holds for this connection. */
export type FloorReader = (connection: number) => Promise<number | undefined>

/** How old a floor may be, ms. An old floor is safe: it makes the tail longer, never shorter. */
const freshMs = 1_000

/**
 * Asks for history's floor, at most once a second in each connection to the broker: that of another stream says nothing. Undefined while
 * the broker is away. `now` in ms.
 */
export function createFloorReader({ bus, now }: { bus: StreamReader; now: () => number }): FloorReader {
  let floor: Promise<number | undefined> = Promise.resolve(undefined)
  let until = 0
  let asked: number | undefined
  return (connection) => {
    if (asked !== connection || now() >= until) {
      asked = connection
      until = now() + freshMs
      floor = bus.consumerInfo('history').then(
        (info) => info.ackFloor,
        () => undefined,
      )
    }
    return floor
  }
}

/** The end of a thread, as the stream holds it. */
export interface Tail {
  /** In order; of two with one id only the first. */
  rows: MessageRow[]
  /** Everything of the thread between the floor and this seq is in `rows`. */
  knownTo: number
  /** Whether the stream held nothing more. */
  complete: boolean
}

export interface TailQuestion {
  bus: StreamReader
  epoch: number
  site: SiteId
  visitor: VisitorId
  /** Stream sequence of history's floor. */
  floor: number
  /** Seq the reader has already. */
  after?: number | undefined
}

/** Reads what the stream has of a thread beyond history's floor. When the broker goes away meanwhile, what was read so far. */
export async function readTail({ bus, epoch, site, visitor, floor, after = 0 }: TailQuestion): Promise<Tail> {
  const tail: Tail = { rows: [], knownTo: toSeq(epoch, floor), complete: false }
  const subjectFilter = subjects.thread(site, visitor)
  const seen = new Set<string>()
  let afterSeq = epochOf(after) === epoch ? Math.max(floor, streamSeqOf(after)) : floor
  for (let count = 0; count < longestTail; count++) {
    const message = await bus.getNext({ afterSeq, subjectFilter }).catch(() => 'away' as const)
    if (message === 'away') return tail
    if (message === undefined) return { ...tail, complete: true }
    afterSeq = message.seq
    tail.knownTo = toSeq(epoch, message.seq)
    const row = readMessageRow(epoch, message)
    if (isUnreadable(row) || seen.has(identityOf(row))) continue
    seen.add(identityOf(row))
    tail.rows.push(row)
  }
  return tail
}

/** The same message, wherever it was stored: ids are made by clients, so they count per author. */
export const identityOf = (row: MessageRow): string => `${row.author.id}:${row.id}`
