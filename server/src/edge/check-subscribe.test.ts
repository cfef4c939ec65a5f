import { expect, test } from 'vitest'
import { agent, agentId, limits, site, visitor, visitorId } from '../../test/edge-commands.ts'
import { checkSubscribe, isSid, sidFor } from './check-subscribe.ts'
import { policyOf } from './policy.ts'

const policy = policyOf(visitor, limits.visitor)
const own = `_INBOX.${visitorId}.x.*`

test.each(['1', 'a', 'Z', '0123456789abcdefghiJ'])('%s is the id of a subscription', (sid) => expect(isSid(sid)).toBe(true))

test.each(['', '0123456789abcdefghijk', 'a-b', ' 1', '1 ', '1\n', 'é', '*'])('[P6] "%s" is no id of a subscription', (sid) =>
  expect(isSid(sid)).toBe(false),
)

test('[P6] what is wrong is told in this order: a queue group, a foreign subject, one too many', () => {
  const most = policy.maxSubscriptions
  expect(checkSubscribe(policy, '>', 'group', most)).toBe('queue_group')
  expect(checkSubscribe(policy, own, '', 0)).toBe('queue_group')
  expect(checkSubscribe(policy, '>', undefined, most)).toBe('subscription')
  expect(checkSubscribe(policy, own, undefined, most)).toBe('subscription_count')
  expect(checkSubscribe(policy, own, undefined, most - 1)).toBeUndefined()
})

test('[P9] every site of an agent brings room for four more subscriptions', () => {
  const of = (sites: string[]) => policyOf({ ...agent, sites }, limits.agent).maxSubscriptions
  expect(of([])).toBe(16)
  expect(of([site, 'site111111111111'])).toBe(24)
  expect(policy.maxSubscriptions).toBe(16)
})

test.each([
  ['a.b.c', 'a.b.c'],
  ['a.*.c', 'a.b.c'],
  ['*.*.*', 'a.b.c'],
  ['a.>', 'a.b.c'],
  ['a.b.>', 'a.b.c'],
  ['>', 'a'],
])('a subscription to %s receives %s', (pattern, subject) => expect(sidFor(new Map([['7', pattern]]), subject)).toBe('7'))

test.each([
  ['a.b', 'a.b.c'],
  ['a.b.c.d', 'a.b.c'],
  ['a.b.c.>', 'a.b.c'],
  ['a.b.c.*', 'a.b.c'],
  ['b.*.c', 'a.b.c'],
  ['*', 'a.b.c'],
])('a subscription to %s does not receive %s', (pattern, subject) => expect(sidFor(new Map([['7', pattern]]), subject)).toBeUndefined())

test('an answer goes to the first subscription that receives it', () => {
  const held = new Map([
    ['1', 'other.>'],
    ['2', `_INBOX.${agentId}.*`],
    ['3', '>'],
  ])
  expect(sidFor(held, `_INBOX.${agentId}.x`)).toBe('2')
  expect(sidFor(held, 'else')).toBe('3')
  expect(sidFor(new Map(), 'else')).toBeUndefined()
})
