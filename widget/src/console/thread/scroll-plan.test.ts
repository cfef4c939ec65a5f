import { expect, test } from 'vitest'
import { conversation, me, message, minutes } from '../gallery/fixture-data.ts'
import { buildRows, unreadMark } from './build-rows.ts'
import { countNew, firstPlace, grewAtStart, lastToStay, placeOf } from './scroll-plan.ts'

const { visitor } = conversation(0)
const items = [10, 20, 30, 40].map((seq) => message(visitor, seq, { ago: minutes(50 - seq), text: `${seq}` }))
const rows = buildRows(items)

test('a thread opens at its end, at the unread divider, or where an earlier conversation began', () => {
  expect(firstPlace(rows, { openedSeq: 10, newest: true }, true)).toEqual({ index: 4, align: 'end' })
  expect(firstPlace(buildRows(items, unreadMark(items, 2)), { openedSeq: 10, newest: true }, true)).toEqual({ index: 3, align: 'start' })
  expect(firstPlace(buildRows(items, unreadMark(items, 2)), { openedSeq: 10, newest: true }, false)).toEqual({ index: 5, align: 'end' })
  expect(firstPlace(rows, { openedSeq: 20, newest: false }, true)).toEqual({ index: 2, align: 'start' })
})

test('the place of a conversation is known only when what came before it is loaded too', () => {
  expect(placeOf(rows, 10)).toBe(0)
  expect(placeOf(rows, 25)).toBe(3)
  expect(placeOf(rows, 5)).toBeUndefined()
  expect(placeOf(rows, 99)).toBeUndefined()
})

test('older rows in front are told apart from newer rows behind', () => {
  const later = buildRows(items.slice(2))
  expect(grewAtStart(later, rows)).toBe(true)
  expect(grewAtStart(buildRows(items.slice(0, 2)), rows)).toBe(false)
  expect(grewAtStart([], rows)).toBe(false)
  expect(grewAtStart(rows, rows)).toBe(false)
})

test('only messages of others behind the last seen row are new', () => {
  const own = message(visitor, 50, { ago: 0, text: 'mine', by: { id: me.id, name: me.name } })
  const more = buildRows([...items, own, message(visitor, 60, { ago: 0, text: 'theirs' })])
  expect(countNew(more, items[3]?.id)).toBe(1)
  expect(countNew(more, items[2]?.id)).toBe(2)
  expect(countNew(more, undefined)).toBe(0)
})

test('who leaves the end while somebody types is told of what arrives, though the typing line is gone', () => {
  const typing = { type: 'typing' as const, key: 'typing-v', typist: { role: 'visitor' as const, id: visitor.id } }
  const seen = lastToStay([...rows, typing])
  const later = buildRows([...items, message(visitor, 50, { ago: 0, text: 'typed' })])
  expect(countNew(later, seen)).toBe(1)
  expect(lastToStay([])).toBeUndefined()
})
