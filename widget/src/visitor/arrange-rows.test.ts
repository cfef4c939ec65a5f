import { newMessageId, type ThreadEvent } from '@usher-chat/sdk/protocol'
import type { TimelineEvent, TimelineMessage } from '@usher-chat/sdk/visitor'
import { describe, expect, test } from 'vitest'
import { arrangeRows, type Row } from './arrange-rows.ts'

const at = (minutes: number) => new Date(2026, 2, 14, 12, minutes)
const anna = { id: 'anna', name: 'Anna' }
const noah = { id: 'noah', name: 'Noah' }

function message(minutes: number, author: 'me' | { id: string; name: string }, changes: Partial<TimelineMessage> = {}): TimelineMessage {
  const mine = author === 'me'
  return {
    type: 'message',
    id: newMessageId(),
    seq: 1,
    at: at(minutes),
    author: mine ? { role: 'visitor', id: 'me' } : { role: 'agent', ...author },
    mine,
    note: false,
    kind: 'text',
    text: 'x',
    ...(mine ? { delivery: 'read' } : {}),
    ...changes,
  }
}

const event = (minutes: number, type: ThreadEvent['type'], data: object = {}, conversation = 'c'): TimelineEvent => ({
  type: 'event',
  id: newMessageId(),
  seq: 1,
  at: at(minutes),
  event: { v: 1, id: newMessageId(), conversation, type, data } as ThreadEvent,
  internal: false,
})

const short = (row: Row) =>
  row.type === 'message'
    ? `${row.message.mine ? 'me' : row.message.author.name}${row.first ? ' first' : ''}${row.last ? ' last' : ''}${row.meta ? ' meta' : ''}`
    : row.type === 'event'
      ? row.item.event.type
      : 'day'

const arranged = (...items: Parameters<typeof arrangeRows>[0]) => arrangeRows(items).map(short)

describe('the rows of a thread', () => {
  test('messages of one author within five minutes form a group with one name, one picture and one time', () => {
    expect(arranged(message(0, anna), message(4, anna), message(8, anna), message(14, anna))).toEqual([
      'day',
      'Anna first',
      'Anna',
      'Anna last meta',
      'Anna first last meta',
    ])
  })

  test('another author or an event between ends the group', () => {
    expect(arranged(message(0, anna), message(1, noah), event(2, 'conversation.resolved'), message(3, noah))).toEqual([
      'day',
      'Anna first last meta',
      'Noah first last meta',
      'conversation.resolved',
      'Noah first last meta',
    ])
  })

  test('within a group the delivery is shown where it changes and where it failed', () => {
    const rows = arranged(message(0, 'me'), message(1, 'me', { delivery: 'sent' }), message(2, 'me', { delivery: 'failed' }))
    expect(rows).toEqual(['day', 'me first meta', 'me meta', 'me last meta'])
  })

  test('a new day has its divider', () => {
    expect(arranged(message(0, anna), message(24 * 60, anna))).toEqual(['day', 'Anna first last meta', 'day', 'Anna first last meta'])
  })

  test('a place in the queue is shown while it is the newest word, and gone when an agent came', () => {
    const queued = [event(1, 'conversation.queued', { position: 3 }), event(2, 'conversation.queued', { position: 2 })]
    expect(arranged(message(0, 'me'), ...queued)).toEqual(['day', 'me first last meta', 'conversation.queued'])
    expect(arranged(message(0, 'me'), ...queued, event(3, 'conversation.assigned', { agent: anna, by: 'router' }))).toEqual([
      'day',
      'me first last meta',
      'conversation.assigned',
    ])
  })

  test('an agent who takes the same conversation again is announced once', () => {
    const joined = (minutes: number, agent = anna) => event(minutes, 'conversation.assigned', { agent, by: 'router' })
    const rows = arranged(joined(0), message(1, anna), joined(2), message(3, anna))
    expect(rows).toEqual(['day', 'conversation.assigned', 'Anna first', 'Anna last meta'])
    expect(arranged(joined(0), joined(1, noah), joined(2))).toHaveLength(4)
  })

  test('keys are the ids, so that a row keeps its place in the page', () => {
    const one = message(0, 'me', { delivery: 'sending', seq: null })
    const before = arrangeRows([one]).map((row) => row.key)
    expect(arrangeRows([{ ...one, delivery: 'read', seq: 9 }]).map((row) => row.key)).toEqual(before)
  })
})
