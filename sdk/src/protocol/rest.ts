import * as v from 'valibot'
import { agentCard, event, internalEvent } from './events.ts'
import { id, messageId } from './ids.ts'
import { presenceState } from './messages.ts'
import { object } from './object.ts'

/** Shapes of the HTTP interface. Times are ISO 8601 strings in UTC, durations are ms, positions are seqs. */

const seq = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const time = v.pipe(v.string(), v.isoTimestamp())

export const page = object({ url: v.pipe(v.string(), v.maxLength(2_000)), title: v.pipe(v.string(), v.maxLength(300)) })
export type PageView = v.InferOutput<typeof page>

// ── the thread ──

export const author = object({
  role: v.picklist(['visitor', 'agent', 'server']),
  id: v.string(),
  name: v.optional(v.string()),
  avatarUrl: v.optional(v.string()),
})
export type Author = v.InferOutput<typeof author>

const threadItemBase = { id: messageId, seq, at: time, author, saved: v.boolean() }

/** One row of a thread. `internal` rows (notes, routing reasons) are never sent to visitors. */
export const threadItem = v.variant('kind', [
  object({ ...threadItemBase, kind: v.literal('text'), body: object({ text: v.string() }), internal: v.optional(v.literal(true)) }),
  object({ ...threadItemBase, kind: v.literal('event'), body: v.union([event, internalEvent]), internal: v.optional(v.literal(true)) }),
])
export type ThreadItem = v.InferOutput<typeof threadItem>

/** A page of a thread, oldest first. */
export const threadPage = object({
  /** The current life of the stream. */
  epoch: v.number(),
  messages: v.array(threadItem),
  /** More rows before the first (or, with `after`, behind the last). */
  hasMore: v.boolean(),
  /** Everything of this thread up to this seq is known to this answer (the reader is not behind). 0 for an empty thread. */
  lastSeq: seq,
  /** How far the visitor, and the agent who read furthest, have read. */
  read: object({ visitor: seq, agent: seq }),
})
export type ThreadPage = v.InferOutput<typeof threadPage>

/** Query of a thread: `after` reads forward from a seq, `before` backward; neither reads the newest page. */
export const threadQuery = object({
  after: v.optional(v.pipe(v.string(), v.transform(Number), seq)),
  before: v.optional(v.pipe(v.string(), v.transform(Number), seq)),
  limit: v.optional(v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1), v.maxValue(200)), '50'),
})

// ── the visitor's side ──

export const sessionRequest = object({
  /** The site's public key. */
  site: v.pipe(v.string(), v.maxLength(64)),
  /** The visitor token of an earlier session. */
  token: v.optional(v.pipe(v.string(), v.maxLength(4_096))),
  /** HS256 JWT signed by the site's backend: sub, name?, email?, exp. */
  identity: v.optional(v.pipe(v.string(), v.maxLength(4_096))),
  page: v.optional(page),
  locale: v.optional(v.pipe(v.string(), v.maxLength(35))),
})
export type SessionRequest = v.InferOutput<typeof sessionRequest>

export const natsAccess = object({
  /** ws:// or wss:// address of the edge. */
  url: v.string(),
  jwt: v.string(),
  expiresAt: time,
})
export type NatsAccess = v.InferOutput<typeof natsAccess>

export const siteSettings = object({
  id,
  name: v.string(),
  theme: object({ color: v.string(), position: v.picklist(['left', 'right']) }),
  texts: object({ title: v.string(), greeting: v.string(), launcher: v.string() }),
  /** Whether an agent is online right now. */
  online: v.boolean(),
  /** Whether agents may see what the visitor types before it is sent. */
  typingPreview: v.boolean(),
})
export type SiteSettings = v.InferOutput<typeof siteSettings>

export const session = object({
  visitor: object({ id, name: v.optional(v.string()), identified: v.boolean() }),
  /** Keeps the visitor the same person on the next page; a year, signed, revocable. */
  token: v.string(),
  nats: natsAccess,
  epoch: v.number(),
  site: siteSettings,
  thread: object({
    lastSeq: seq,
    /** Messages of agents the visitor has not read. */
    unread: v.number(),
    conversation: v.optional(
      object({ id, status: v.picklist(['queued', 'open', 'snoozed', 'resolved']), assignee: v.optional(agentCard) }),
    ),
  }),
})
export type Session = v.InferOutput<typeof session>

/** What `PATCH /v1/visitor` may change; sent with a visitor's first message so that the agent sees who writes. */
export const visitorPatch = object({
  name: v.optional(v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(100))),
  email: v.optional(v.pipe(v.string(), v.email(), v.maxLength(200))),
  locale: v.optional(v.pipe(v.string(), v.maxLength(35))),
  page: v.optional(page),
})
export type VisitorPatch = v.InferOutput<typeof visitorPatch>

// ── the agent's side ──

export const loginRequest = object({
  email: v.pipe(v.string(), v.trim(), v.toLowerCase(), v.nonEmpty(), v.maxLength(200)),
  password: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)),
})
export type LoginRequest = v.InferOutput<typeof loginRequest>

export const me = object({
  id,
  name: v.string(),
  email: v.string(),
  avatarUrl: v.optional(v.string()),
  role: v.picklist(['owner', 'admin', 'agent', 'bot']),
  presence: presenceState,
  capacity: v.number(),
  sites: v.array(object({ id, name: v.string() })),
})
export type Me = v.InferOutput<typeof me>

export const agentNats = object({ ...natsAccess.entries, epoch: v.number() })
export type AgentNats = v.InferOutput<typeof agentNats>

export const presenceRequest = object({ presence: presenceState })

export const conversationStatus = v.picklist(['queued', 'open', 'snoozed', 'resolved'])
export type ConversationStatus = v.InferOutput<typeof conversationStatus>

export const visitorCard = object({
  id,
  name: v.optional(v.string()),
  email: v.optional(v.string()),
  identified: v.boolean(),
  locale: v.optional(v.string()),
  page: v.optional(page),
  firstSeenAt: time,
  lastSeenAt: time,
})
export type VisitorCard = v.InferOutput<typeof visitorCard>

export const conversation = object({
  id,
  site: id,
  status: conversationStatus,
  visitor: visitorCard,
  assignee: v.optional(agentCard),
  openedAt: time,
  openedSeq: seq,
  resolvedAt: v.optional(time),
  /** Since when the visitor waits for an answer. */
  waitingSince: v.optional(time),
  lastMessage: v.optional(object({ seq, at: time, role: v.picklist(['visitor', 'agent']), text: v.string(), note: v.boolean() })),
  lastSeq: seq,
  /** Messages of the visitor this agent has not read. */
  unread: v.number(),
})
export type Conversation = v.InferOutput<typeof conversation>

export const inboxView = v.picklist(['mine', 'queue', 'all', 'resolved'])
/** `mine`: open and assigned to me · `queue`: waits for an agent, oldest first · `all`: everything unresolved · `resolved`: newest first. */
export type InboxView = v.InferOutput<typeof inboxView>

export const conversationsQuery = object({
  view: v.optional(inboxView, 'all'),
  /** Only these conversations (comma-separated ids, at most 100), whatever their status. */
  ids: v.optional(v.pipe(v.string(), v.maxLength(3_300))),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(200))),
  limit: v.optional(v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1), v.maxValue(200)), '50'),
})

export const inboxCounts = object({ mine: v.number(), queue: v.number(), all: v.number() })
export type InboxCounts = v.InferOutput<typeof inboxCounts>

export const conversationsPage = object({
  items: v.array(conversation),
  counts: inboxCounts,
  /** Present when there is a next page. */
  cursor: v.optional(v.string()),
})
export type ConversationsPage = v.InferOutput<typeof conversationsPage>

/** Assign to an agent: `agent` absent means oneself. `take` allows taking it from a colleague; without it that is `already_assigned`. */
export const assignRequest = object({ agent: v.optional(id), take: v.optional(v.boolean(), false) })

/** Resolve: `seq` is the last seq the agent had on screen; what the visitor wrote after it opens the next conversation. */
export const resolveRequest = object({ seq: v.optional(seq) })
