import type { AgentId, SiteId, VisitorId } from './ids.ts'
import { isId } from './ids.ts'

/** Every subject of Usher is written here and nowhere else. Ids must match `idPattern`; callers check where ids are minted. [R4] */
export const subjects = {
  visitorMessage: (site: SiteId, visitor: VisitorId) => `chat.${site}.${visitor}.visitor`,
  agentMessage: (site: SiteId, visitor: VisitorId, agent: AgentId) => `chat.${site}.${visitor}.agent.${agent}`,
  note: (site: SiteId, visitor: VisitorId, agent: AgentId) => `chat.${site}.${visitor}.note.${agent}`,
  event: (site: SiteId, visitor: VisitorId) => `chat.${site}.${visitor}.event`,
  internal: (site: SiteId, visitor: VisitorId) => `chat.${site}.${visitor}.internal`,
  visitorPulse: (site: SiteId, visitor: VisitorId) => `pulse.${site}.${visitor}.visitor`,
  agentPulse: (site: SiteId, visitor: VisitorId, agent: AgentId) => `pulse.${site}.${visitor}.agent.${agent}`,
  presence: (agent: AgentId) => `presence.${agent}`,
  /** Seqs everyone in the thread may know of. */
  saved: (site: SiteId, visitor: VisitorId) => `saved.${site}.${visitor}`,
  /** Seqs of notes and internal events: only agents may know that they exist. */
  savedInternal: (site: SiteId, visitor: VisitorId) => `saved.${site}.${visitor}.internal`,
  /** Everything the stream holds of one thread. */
  thread: (site: SiteId, visitor: VisitorId) => `chat.${site}.${visitor}.>`,
  /** Between servers: `{id, notBefore}` of a revocation. No client may use it. */
  revoked: 'server.revoked',
  inboxPrefix: (self: string) => `_INBOX.${self}`,
} as const

/** The stream's republished copy of a subject: what clients subscribe to. */
export const live = (subject: string): string => `live.${subject}`

/** The subjects each role may use, `{site}` and `{id}` standing for its own. The broker's templates and the edge's checks are both made from this table. [R14] */
export const permissions = {
  visitor: {
    publish: ['chat.{site}.{id}.visitor', 'pulse.{site}.{id}.visitor'],
    subscribe: [
      'live.chat.{site}.{id}.visitor',
      'live.chat.{site}.{id}.agent.*',
      'live.chat.{site}.{id}.event',
      'pulse.{site}.{id}.agent.*',
      'saved.{site}.{id}',
      '_INBOX.{id}.>',
    ],
  },
  agent: {
    publish: ['chat.{site}.*.agent.{id}', 'chat.{site}.*.note.{id}', 'pulse.{site}.*.agent.{id}', 'presence.{id}'],
    subscribe: ['live.chat.{site}.>', 'pulse.{site}.>', 'presence.>', 'saved.{site}.>', '_INBOX.{id}.>'],
  },
} as const

export type ClientRole = keyof typeof permissions

/** Where a message stands and who wrote it, read from the subject the broker enforced. */
export type ChatSubject = { site: SiteId; visitor: VisitorId } & (
  | { type: 'visitor' | 'event' | 'internal' }
  | { type: 'agent' | 'note'; agent: AgentId }
)

/** Reads `chat.…` or `live.chat.…`; undefined for anything else, ids checked. */
export function readChatSubject(subject: string): ChatSubject | undefined {
  const parts = subject.split('.')
  if (parts[0] === 'live') parts.shift()
  const [root, site, visitor, type, agent] = parts
  if (root !== 'chat' || !isId(site) || !isId(visitor)) return undefined
  if (type === 'visitor' || type === 'event' || type === 'internal') return parts.length === 4 ? { site, visitor, type } : undefined
  if ((type === 'agent' || type === 'note') && parts.length === 5 && isId(agent)) return { site, visitor, type, agent }
  return undefined
}

export type PulseSubject = { site: SiteId; visitor: VisitorId } & ({ type: 'visitor' } | { type: 'agent'; agent: AgentId })

/** Reads `pulse.…`; undefined for anything else, ids checked. */
export function readPulseSubject(subject: string): PulseSubject | undefined {
  const parts = subject.split('.')
  const [root, site, visitor, type, agent] = parts
  if (root !== 'pulse' || !isId(site) || !isId(visitor)) return undefined
  if (type === 'visitor' && parts.length === 4) return { site, visitor, type }
  if (type === 'agent' && parts.length === 5 && isId(agent)) return { site, visitor, type, agent }
  return undefined
}

export interface SavedSubject {
  site: SiteId
  visitor: VisitorId
  internal: boolean
}

/** Reads `saved.…`; undefined for anything else, ids checked. */
export function readSavedSubject(subject: string): SavedSubject | undefined {
  const [root, site, visitor, internal, more] = subject.split('.')
  if (root !== 'saved' || !isId(site) || !isId(visitor) || more !== undefined) return undefined
  if (internal !== undefined && internal !== 'internal') return undefined
  return { site, visitor, internal: internal !== undefined }
}

/** Reads `presence.<agent>`; undefined for anything else. */
export function readPresenceSubject(subject: string): AgentId | undefined {
  const [root, agent, more] = subject.split('.')
  return root === 'presence' && isId(agent) && more === undefined ? agent : undefined
}

/** The value of the `Nats-Msg-Id` header: dedup is per author, so nobody can squat another's ids. [R15] */
export const dedupId = (author: string, messageId: string): string => `${author}:${messageId}`

/** The author part of the server's own dedup ids. */
export const serverAuthor = 'server'
