import { expect, test } from 'vitest'
import {
  agent,
  agentId,
  limits,
  messageHeader,
  messageId,
  otherSite,
  otherVisitorId,
  site,
  visitor,
  visitorId,
} from '../../test/edge-commands.ts'
import { policyOf } from './policy.ts'

const ofVisitor = policyOf(visitor, limits.visitor)
const ofAgent = policyOf(agent, limits.agent)
const ofTwoSites = policyOf({ ...agent, sites: [site, otherSite] }, limits.agent)

test.each([
  [`chat.${site}.${visitorId}.visitor`, 'message'],
  [`pulse.${site}.${visitorId}.visitor`, 'visitorPulse'],
])('what a visitor writes to %s is a %s', (subject, kind) => expect(ofVisitor.publishKind(subject)).toBe(kind))

test.each([
  [`chat.${site}.${visitorId}.agent.${agentId}`, 'message'],
  [`chat.${site}.${otherVisitorId}.note.${agentId}`, 'message'],
  [`pulse.${site}.${visitorId}.agent.${agentId}`, 'agentPulse'],
  [`presence.${agentId}`, 'heartbeat'],
])('what an agent writes to %s is a %s', (subject, kind) => expect(ofAgent.publishKind(subject)).toBe(kind))

test('[P6] an agent writes to all of their sites, and to no other', () => {
  const subject = `chat.${otherSite}.${visitorId}.agent.${agentId}`
  expect(ofTwoSites.publishKind(subject)).toBe('message')
  expect(ofAgent.publishKind(subject)).toBeUndefined()
})

test.each([
  `chat.${site}.*.agent.${agentId}`,
  `chat.${site}.agent.${agentId}`,
  `chat.${site}.${visitorId}.agent.${agentId}.`,
  `chat.${site}.${visitorId}.agent.${visitorId}`,
  `pulse.${site}.*.agent.${agentId}`,
  `presence.*`,
  '',
])('[P6] an agent writes nothing to "%s"', (subject) => expect(ofAgent.publishKind(subject)).toBeUndefined())

const long = 'x'.repeat(64)
test.each(['a', 'a.b', 'a.b.c.d', 'A-_9', long, `${long}.${long}`])('answers may be sent to _INBOX.<self>.%s', (rest) =>
  expect(ofVisitor.mayReplyTo(`_INBOX.${visitorId}.${rest}`)).toBe(true),
)

test.each(['', '.', 'a.', '.a', 'a..b', 'a.b.c.d.e', `${long}x`, `a.${long}x`, '*', 'a.>', 'a b', 'a\n', '$JS'])(
  '[P6] no answer may be sent to _INBOX.<self>.%j',
  (rest) => expect(ofVisitor.mayReplyTo(`_INBOX.${visitorId}.${rest}`)).toBe(false),
)

test.each([`x_INBOX.${visitorId}.a`, `_INBOX.${otherVisitorId}.a`, `_INBOX.${visitorId}a`, `_inbox.${visitorId}.a`])(
  '[P6] no answer may be sent to %s',
  (reply) => expect(ofVisitor.mayReplyTo(reply)).toBe(false),
)

test.each([`_INBOX.${visitorId}.>`, `_INBOX.${visitorId}.*`, `_INBOX.${visitorId}.a.b`, `live.chat.${site}.${visitorId}.visitor`])(
  'a visitor may read %s',
  (subject) => expect(ofVisitor.maySubscribe(subject)).toBe(true),
)

test.each([
  '',
  `_INBOX.${visitorId}`,
  `_INBOX.${visitorId}.>.a`,
  `_INBOX.${visitorId}..a`,
  `_INBOX.${visitorId}.a b`,
  `_INBOX.${visitorId}.${long}x`,
  `_INBOX.${visitorId}.a*`,
  `_INBOX.>`,
  `live.chat.${site}.${visitorId}`,
  `live.chat.${site}.${visitorId}.visitor.more`,
  `live.chat.${site}.${visitorId}.>`,
])('[P6] a visitor may not read "%s"', (subject) => expect(ofVisitor.maySubscribe(subject)).toBe(false))

test.each([`live.chat.${site}.>`, `live.chat.${site}.*.visitor`, `live.chat.${site}.${visitorId}.${long}`])(
  'an agent may read %s',
  (subject) => expect(ofAgent.maySubscribe(subject)).toBe(true),
)

test.each([`live.chat.${site}`, `live.chat.>`, `live.chat.${otherSite}.>`, `live.*.${site}.x`])(
  '[P6] an agent may not read %s',
  (subject) => expect(ofAgent.maySubscribe(subject)).toBe(false),
)

test('[P3] the header of a message is the same for all ids in length, and names author and id', () => {
  expect(ofVisitor.messageHeader(messageId)).toBe(messageHeader(visitorId, messageId))
  expect(ofVisitor.messageHeaderBytes).toBe(messageHeader().length)
  expect(ofVisitor.id).toBe(visitorId)
})
