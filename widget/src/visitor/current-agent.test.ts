import { newMessageId, type Session, type ThreadEvent } from '@usher-chat/sdk/protocol'
import type { TimelineEvent, TimelineMessage } from '@usher-chat/sdk/visitor'
import { expect, test } from 'vitest'
import { countBehind } from './count-behind.ts'
import { currentAgent } from './current-agent.ts'

const anna = { id: 'anna', name: 'Anna' }
const event = (type: ThreadEvent['type'], data: object): TimelineEvent => ({
  type: 'event',
  id: newMessageId(),
  seq: 1,
  at: new Date(),
  event: { v: 1, id: '', conversation: 'c', type, data } as ThreadEvent,
  internal: false,
})
const session = { thread: { lastSeq: 0, unread: 0, conversation: { id: 'c', status: 'open', assignee: anna } } } as Session

test('the agent is the one who joined last, nobody once it ended or waits again, else the one the session names', () => {
  const joined = event('conversation.assigned', { agent: anna, by: 'router' })
  expect(currentAgent([joined], null)).toBe(anna)
  expect(currentAgent([joined, event('conversation.resolved', { by: 'a' })], null)).toBeUndefined()
  expect(currentAgent([joined, event('conversation.queued', { position: 1, reason: 'agent_gone' })], null)).toBeUndefined()
  expect(currentAgent([], session)).toBe(anna)
  expect(currentAgent([], null)).toBeUndefined()
})

test('new messages are those of others behind the last one seen', () => {
  const message = (id: string, mine: boolean) => ({ type: 'message', id, mine }) as TimelineMessage
  const items = [message('a', false), message('b', false), message('c', true), message('d', false)]
  expect(countBehind(items, 'a')).toBe(2)
  expect(countBehind(items, 'd')).toBe(0)
  expect(countBehind(items, undefined)).toBe(0)
  expect(countBehind(items, 'gone')).toBe(0)
})
