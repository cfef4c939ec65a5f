import type { TimelineItem } from '@usher-chat/sdk/agent'
import { expect, test } from 'vitest'
import { ben, conversation, envelope, happened, me, message, minutes } from '../gallery/fixture-data.ts'
import { buildRows, type MessageRow, unreadMark } from './build-rows.ts'

const { visitor, id } = conversation(0)
const anna = { id: me.id, name: me.name }
const said = (ago: number, text: string) => message(visitor, 1, { ago, text })
const replied = (ago: number, text: string, delivery: 'read' | 'saved' | 'failed' = 'read') =>
  message(visitor, 1, { ago, text, by: anna, change: { delivery } })

const messages = (items: TimelineItem[]) => buildRows(items).filter((row): row is MessageRow => row.type === 'message')
const runs = (items: TimelineItem[]) => messages(items).map(({ first, last }) => `${first ? '[' : ''}${last ? ']' : ''}`)

test('messages of one author close together are one run', () => {
  expect(runs([said(minutes(3), 'a'), said(minutes(2), 'b'), replied(minutes(1), 'c')])).toEqual(['[', ']', '[]'])
})

test('a pause, a note and a colleague each break a run', () => {
  expect(runs([said(minutes(20), 'a'), said(minutes(2), 'b')])).toEqual(['[]', '[]'])
  const note = message(visitor, 1, { ago: minutes(1), text: 'n', by: anna, note: true })
  expect(runs([replied(minutes(2), 'a'), note])).toEqual(['[]', '[]'])
  expect(runs([replied(minutes(2), 'a'), message(visitor, 1, { ago: minutes(1), text: 'b', by: ben })])).toEqual(['[]', '[]'])
})

test('delivery is told once for a run that fared alike, and for each message that did not', () => {
  const told = (items: TimelineItem[]) => messages(items).map(({ showDelivery }) => showDelivery)
  expect(told([replied(3_000, 'a'), replied(2_000, 'b')])).toEqual([false, true])
  expect(told([replied(3_000, 'a'), replied(2_000, 'b', 'failed'), replied(1_000, 'c')])).toEqual([true, true, true])
  expect(told([said(1_000, 'a')])).toEqual([false])
})

test('every day begins with a divider, and no two rows share a key', () => {
  const rows = buildRows([said(minutes(60 * 49), 'a'), said(minutes(60 * 25), 'b'), said(minutes(1), 'c')])
  expect(rows.map(({ type }) => type)).toEqual(['day', 'message', 'day', 'message', 'day', 'message'])
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
})

test('the reason of the router is folded into the line it explains', () => {
  const considered = [{ agent: me.id, name: me.name, outcome: 'chosen' as const, open: 0, capacity: 4 }]
  const decided = happened(2, 2_000, { ...envelope(id), type: 'routing.decided', data: { chosen: me.id, considered } })
  const assigned = happened(3, 1_000, { ...envelope(id), type: 'conversation.assigned', data: { agent: anna, by: 'router' } })
  for (const items of [
    [decided, assigned],
    [assigned, decided],
  ]) {
    const events = buildRows(items).filter((row) => row.type === 'event')
    expect(events.map(({ item, considered: why }) => [item.event.type, why])).toEqual([['conversation.assigned', considered]])
  }
  const alone = buildRows([decided]).filter((row) => row.type === 'event')
  expect(alone.map(({ considered: why }) => why)).toEqual([considered])
})

test('a reason stays apart from an event of another conversation or another outcome', () => {
  const decided = happened(2, 2_000, { ...envelope(id), type: 'routing.decided', data: { chosen: ben.id, considered: [] } })
  const assigned = happened(3, 1_000, { ...envelope(id), type: 'conversation.assigned', data: { agent: anna, by: me.id } })
  expect(buildRows([decided, assigned]).filter(({ type }) => type === 'event')).toHaveLength(2)
})

test('the unread divider stands before the first of the last unread messages of the visitor', () => {
  const items = [said(4_000, 'a'), replied(3_000, 'b'), said(2_000, 'c'), said(1_000, 'd')]
  const mark = unreadMark(items, 2)
  expect(mark).toEqual({ before: items[2]?.id, count: 2 })
  const rows = buildRows(items, mark)
  expect(rows.map(({ type }) => type)).toEqual(['day', 'message', 'message', 'unread', 'message', 'message'])
  expect(rows[4]).toMatchObject({ first: true })
  expect(unreadMark(items, 0)).toBeUndefined()
  expect(unreadMark(items, 99)).toEqual({ before: items[0]?.id, count: 99 })
})
