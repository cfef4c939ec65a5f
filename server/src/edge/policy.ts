import { dedupId, isId, permissions, subjects } from '@usher-chat/sdk/protocol'
import type { VerifiedUser } from '../access/user-jwt.ts'
import type { ClientLimits } from './limits.ts'

/** What a publish to a subject carries. */
export type PublishKind = 'message' | 'visitorPulse' | 'agentPulse' | 'heartbeat'

/** What one client may do, read from the protocol's table and their token. */
export interface Policy {
  readonly id: string
  /** What a publish to this subject must carry; undefined where they may not write. */
  publishKind(subject: string): PublishKind | undefined
  /** May answers be sent there: a plain subject under their own inbox. */
  mayReplyTo(reply: string): boolean
  /** Is this subject, wildcards included, within what they may read? */
  maySubscribe(subject: string): boolean
  readonly maxSubscriptions: number
  /** The one header block a message may have: its id under its author's name, so that nobody takes another's ids. [R15] */
  messageHeader(messageId: string): string
  /** Its length, always the same. */
  readonly messageHeaderBytes: number
}

// Inboxes are `_INBOX.<self>.` and tokens a client makes up; no letter that means something to a broker.
const ownTokens = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,3}$/
const readToken = /^[A-Za-z0-9_-]{1,64}$/

const anyMessageId = '00000000-0000-7000-8000-000000000000'

/** The rights of the bearer of a checked token. */
export function policyOf(user: VerifiedUser, limits: ClientLimits): Policy {
  const { publish, subscribe } = permissions[user.role]
  const publishKinds = new Map(publish.flatMap((pattern) => own(pattern, user).map((subject) => [subject, kindOf(pattern)] as const)))
  const wildcardAt = new Set([...publishKinds.keys()].map((pattern) => pattern.split('.').indexOf('*')).filter((at) => at >= 0))
  const readable = subscribe.flatMap((pattern) => own(pattern, user)).map((pattern) => pattern.split('.'))
  const inbox = `${subjects.inboxPrefix(user.id)}.`
  const messageHeader = (messageId: string): string => `NATS/1.0\r\nNats-Msg-Id: ${dedupId(user.id, messageId)}\r\n\r\n`
  return {
    id: user.id,
    publishKind: (subject) => (wildcardAt.size === 0 ? publishKinds.get(subject) : matchKind(publishKinds, wildcardAt, subject)),
    mayReplyTo: (reply) => reply.startsWith(inbox) && ownTokens.test(reply.slice(inbox.length)),
    maySubscribe: (subject) => maySubscribe(readable, subject),
    maxSubscriptions: limits.subscriptions + limits.subscriptionsPerSite * user.sites.length,
    messageHeader,
    messageHeaderBytes: messageHeader(anyMessageId).length,
  }
}

function own(pattern: string, { id, sites }: VerifiedUser): string[] {
  const mine = pattern.replace('{id}', id)
  return mine.includes('{site}') ? sites.map((site) => mine.replace('{site}', site)) : [mine]
}

function kindOf(pattern: string): PublishKind {
  if (pattern.startsWith('chat.')) return 'message'
  if (pattern.startsWith('presence.')) return 'heartbeat'
  return pattern.endsWith('.visitor') ? 'visitorPulse' : 'agentPulse'
}

/** A `*` of the table stands for one id: a subject with a `*` of its own in that place is nobody's. */
function matchKind(kinds: ReadonlyMap<string, PublishKind>, wildcardAt: ReadonlySet<number>, subject: string): PublishKind | undefined {
  const tokens = subject.split('.')
  for (const at of wildcardAt) {
    if (!isId(tokens[at])) continue
    const kind = kinds.get(tokens.with(at, '*').join('.'))
    if (kind !== undefined) return kind
  }
  return tokens.includes('*') ? undefined : kinds.get(subject)
}

function maySubscribe(readable: readonly (readonly string[])[], subject: string): boolean {
  const tokens = subject.split('.')
  const wellFormed = tokens.every((token, at) => token === '*' || (token === '>' && at === tokens.length - 1) || readToken.test(token))
  return wellFormed && readable.some((pattern) => isWithin(tokens, pattern))
}

/** Does everything that `tokens` matches also match `pattern`? */
function isWithin(tokens: readonly string[], pattern: readonly string[]): boolean {
  for (const [at, allowed] of pattern.entries()) {
    if (allowed === '>') return tokens.length > at
    const token = tokens[at]
    if (token === undefined || token === '>') return false
    if (allowed !== '*' && token !== allowed) return false
  }
  return tokens.length === pattern.length
}
