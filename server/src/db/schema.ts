import { sql } from 'drizzle-orm'
import { boolean, customType, integer, jsonb, bigint as pgBigint, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** The tables as drizzle sees them. `migrations/` makes them and holds their constraints; a test compares the two. */

/** A bigint that is a safe integer: a seq. */
const seq = (name: string) => pgBigint(name, { mode: 'number' })
const time = (name: string) => timestamp(name, { withTimezone: true })
const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })

export const sites = pgTable('sites', {
  id: text('id').primaryKey(),
  key: text('key').notNull(),
  name: text('name').notNull(),
  origins: text('origins').array().notNull().default([]),
  identitySecret: text('identity_secret').notNull(),
  color: text('color').notNull().default('#5b3df5'),
  position: text('position', { enum: ['left', 'right'] })
    .notNull()
    .default('right'),
  texts: jsonb('texts').$type<{ title?: string; greeting?: string; launcher?: string }>().notNull().default({}),
  typingPreview: boolean('typing_preview').notNull().default(true),
  createdAt: time('created_at').notNull().defaultNow(),
})

export const agents = pgTable('agents', {
  id: text('id').primaryKey(),
  email: text('email').notNull(),
  name: text('name').notNull(),
  avatarUrl: text('avatar_url'),
  passwordHash: text('password_hash').notNull(),
  role: text('role', { enum: ['owner', 'admin', 'agent', 'bot'] })
    .notNull()
    .default('agent'),
  capacity: integer('capacity').notNull().default(8),
  presence: text('presence', { enum: ['online', 'away', 'offline'] })
    .notNull()
    .default('offline'),
  lastSeenAt: time('last_seen_at'),
  lastAssignedAt: time('last_assigned_at'),
  deactivatedAt: time('deactivated_at'),
  createdAt: time('created_at').notNull().defaultNow(),
})

export const teams = pgTable(
  'teams',
  {
    siteId: text('site_id').notNull(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    createdAt: time('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.id] })],
)

export const teamMembers = pgTable(
  'team_members',
  {
    siteId: text('site_id').notNull(),
    teamId: text('team_id').notNull(),
    agentId: text('agent_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.teamId, table.agentId] })],
)

export const visitors = pgTable(
  'visitors',
  {
    siteId: text('site_id').notNull(),
    id: text('id').notNull(),
    externalId: text('external_id'),
    name: text('name'),
    email: text('email'),
    locale: text('locale'),
    page: jsonb('page').$type<{ url: string; title: string }>(),
    firstSeenAt: time('first_seen_at').notNull().defaultNow(),
    lastSeenAt: time('last_seen_at').notNull().defaultNow(),
    lastSeq: seq('last_seq').notNull().default(0),
    lastMessage: jsonb('last_message').$type<LastMessage>(),
    askedSeq: seq('asked_seq').notNull().default(0),
    askedAt: time('asked_at'),
    answeredSeq: seq('answered_seq').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.id] })],
)

/** The newest message or note of a thread, its text cut to a line or two. `at` is ISO 8601. */
export interface LastMessage {
  seq: number
  at: string
  role: 'visitor' | 'agent'
  text: string
  note: boolean
}

export const conversations = pgTable(
  'conversations',
  {
    siteId: text('site_id').notNull(),
    id: text('id').notNull(),
    visitorId: text('visitor_id').notNull(),
    status: text('status', { enum: ['queued', 'open', 'snoozed', 'resolved'] }).notNull(),
    teamId: text('team_id'),
    assigneeId: text('assignee_id'),
    openedAt: time('opened_at').notNull().defaultNow(),
    openedSeq: seq('opened_seq').notNull(),
    queuedAt: time('queued_at').notNull().defaultNow(),
    assignedAt: time('assigned_at'),
    resolvedAt: time('resolved_at'),
    resolvedSeq: seq('resolved_seq'),
    waitingSince: time('waiting_since'),
    askedSeq: seq('asked_seq').notNull().default(0),
    /** Resolved although the visitor had written once more. */
    overlooked: boolean('overlooked').generatedAlwaysAs(sql`asked_seq > resolved_seq`),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.id] })],
)

export const readCursors = pgTable(
  'read_cursors',
  {
    siteId: text('site_id').notNull(),
    visitorId: text('visitor_id').notNull(),
    reader: text('reader').notNull(),
    seq: seq('seq').notNull(),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.visitorId, table.reader] })],
)

export const outbox = pgTable('outbox', {
  id: uuid('id').primaryKey(),
  siteId: text('site_id').notNull(),
  visitorId: text('visitor_id').notNull(),
  internal: boolean('internal').notNull().default(false),
  payload: jsonb('payload').notNull(),
  ordinal: seq('ordinal').generatedAlwaysAsIdentity(),
  createdAt: time('created_at').notNull().defaultNow(),
  publishedAt: time('published_at'),
})

export const revocations = pgTable('revocations', {
  id: text('id').primaryKey(),
  notBefore: time('not_before').notNull(),
})

export const sessions = pgTable('sessions', {
  tokenHash: bytea('token_hash').primaryKey(),
  agentId: text('agent_id').notNull(),
  createdAt: time('created_at').notNull().defaultNow(),
  expiresAt: time('expires_at').notNull(),
})
