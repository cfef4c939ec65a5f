import { dedupId } from '@usher-chat/sdk/protocol'
import type { VerifiedUser } from '../src/access/user-jwt.ts'
import { createFilter, type Filter, type Outcome } from '../src/edge/filter.ts'
import { edgeLimits } from '../src/edge/limits.ts'
import { policyOf } from '../src/edge/policy.ts'
import { createRateLimit } from '../src/edge/rate-limit.ts'

// What the tests of the edge share: two sites, their people, and the commands a client would send.

export const site = 'site000000000000'
export const otherSite = 'site111111111111'
export const visitorId = 'visitor000000000'
export const otherVisitorId = 'visitor111111111'
export const agentId = 'agent00000000000'

export const visitor: VerifiedUser = { role: 'visitor', id: visitorId, sites: [site], issuedAt: 0, expiresAt: 60_000 }
export const agent: VerifiedUser = { role: 'agent', id: agentId, sites: [site], issuedAt: 0, expiresAt: 60_000 }

export const messageId = '01890a5d-ac96-774b-bcce-b302099a8057'
export const inbox = `_INBOX.${visitorId}.aNuid`
export const ownSubject = `chat.${site}.${visitorId}.visitor`
export const ownPulse = `pulse.${site}.${visitorId}.visitor`

export const textMessage = (text: string, id = messageId): string => JSON.stringify({ v: 1, id, kind: 'text', body: { text } })

export const messageHeader = (author = visitorId, id = messageId): string => `NATS/1.0\r\nNats-Msg-Id: ${dedupId(author, id)}\r\n\r\n`

export const pub = (subject: string, payload: string | Buffer, reply = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`PUB ${subject}${reply && ` ${reply}`} ${Buffer.byteLength(payload)}\r\n`),
    Buffer.from(payload),
    Buffer.from('\r\n'),
  ])

export function hpub(subject: string, payload: string | Buffer, { header = messageHeader(), reply = '' } = {}): Buffer {
  const line = `HPUB ${subject}${reply && ` ${reply}`} ${header.length} ${header.length + Buffer.byteLength(payload)}\r\n`
  return Buffer.concat([Buffer.from(line), Buffer.from(header), Buffer.from(payload), Buffer.from('\r\n')])
}

export const limits = edgeLimits({
  visitor: { messages: 20, pulses: 40, sockets: 5 },
  agent: { messages: 200, pulses: 400 },
  handshakes: 60,
})

/** A filter whose client is let in. */
export function admittedFilter(user: VerifiedUser = visitor, given = limits): Filter {
  const filter = createFilter()
  filter.push(Buffer.from('CONNECT {"jwt":"x"}\r\n'), 0)
  filter.admit(policyOf(user, given[user.role]), createRateLimit(given[user.role], 0), 0)
  return filter
}

/** What came out, in words: neighbouring forwards as one, refusals by reason. */
export function told(outcomes: readonly Outcome[]): string[] {
  const words: string[] = []
  let forwarded = ''
  const flush = (): void => {
    if (forwarded !== '') words.push(`forward ${forwarded}`)
    forwarded = ''
  }
  for (const outcome of outcomes) {
    if (outcome.type === 'forward') forwarded += outcome.bytes.toString('latin1')
    else {
      flush()
      words.push(outcome.type === 'refuse' ? `refuse ${outcome.reason} ${outcome.answer}` : wordsOf(outcome))
    }
  }
  flush()
  return words
}

const wordsOf = (outcome: Exclude<Outcome, { type: 'forward' | 'refuse' }>): string =>
  outcome.type === 'close' ? `close ${outcome.reason}` : `connect ${outcome.jwt}`

/** Pushes at time 0; what came out, in words. */
export const push = (filter: Filter, ...parts: (string | Buffer)[]): string[] =>
  told(filter.push(Buffer.concat(parts.map((part) => Buffer.from(part))), 0))

/** What `told` says of bytes that all passed. */
export const forwarded = (bytes: Buffer | string): string[] => [`forward ${Buffer.from(bytes).toString('latin1')}`]
/** The first two words of each. */
export const reasonsOf = (words: readonly string[]): string[] => words.map((line) => line.split(/\s/, 2).join(' '))
