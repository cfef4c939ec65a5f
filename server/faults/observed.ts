import type { Delivery } from '@usher-chat/sdk'

/** A message somebody wrote. */
export interface Said {
  /** Whose client: `visitor3`, `agent1`. */
  who: string
  /** The visitor whose thread it is. */
  thread: string
  id: string
  text: string
}

/** What a screen said of one of its own messages, when it changed. */
export interface Told {
  who: string
  id: string
  from: Delivery | undefined
  to: Delivery
  /** How often the stream had been lost by then. */
  losses: number
}

/** A message a client announced as news. */
export interface Heard {
  /** The client; another one after a reload. */
  who: string
  thread: string
  id: string
}

/** Everything the clients did and saw, as it happened. */
export interface Observed {
  said: Said[]
  told: Told[]
  heard: Heard[]
  /** Ids whose screen said *saved* while Postgres did not have them. */
  tooEarly: { who: string; id: string }[]
  /** Ids the nemesis itself stored a second time, on purpose. */
  copies: Set<string>
}

/** A row of `messages`. */
export interface StoredRow {
  thread: string
  seq: number
  id: string
  author: string
  /** Absent: an event. */
  text?: string
  /** Only agents may see it. */
  internal: boolean
  /** Only of events. */
  event?: { type: string; conversation: string }
}

/** One line of a screen. */
export interface ScreenRow {
  id: string
  /** null: not stored yet. */
  seq?: number | null
  /** Absent: not an own message. */
  delivery?: Delivery
}

/** What a client shows of a thread in the end. */
export interface Screen {
  who: string
  role: 'visitor' | 'agent'
  thread: string
  rows: ScreenRow[]
}

/** How things stand when everything is healed and quiet, or when the time for that is over. */
export interface Aftermath {
  /** In the order of threads and seqs. */
  stored: StoredRow[]
  /** Every message in the present life of the stream. */
  stream: { thread: string; id: string }[]
  screens: Screen[]
  /** Messages the workers have not finished, events not yet out. */
  backlog: { history: number; router: number; outbox: number }
  /** Visitors nobody has and nobody will get. */
  stuck: string[]
  /** From the last heal until everything was quiet, ms; undefined: it never was. */
  settledMs: number | undefined
  /** Resident bytes of each process. */
  memory: { name: string; idle: number; most: number }[]
}

export const createObserved = (): Observed => ({ said: [], told: [], heard: [], tooEarly: [], copies: new Set() })
