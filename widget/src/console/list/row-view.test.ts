import { expect, test } from 'vitest'
import { ben, conversation, me, minutes, now } from '../gallery/fixture-data.ts'
import { filterConversations } from './filter-conversations.ts'
import { moveCursor } from './move-cursor.ts'
import { rowView } from './row-view.ts'
import { shortAge } from './short-age.ts'

const context = { me, now }
const last = { seq: 1, at: new Date(now - minutes(3)).toISOString(), role: 'agent' as const, text: 'Sure,\n  gladly', note: false }

test('the preview says who spoke last, on one line', () => {
  expect(rowView(conversation(0, { lastMessage: last }), context).preview).toBe('You: Sure, gladly')
  expect(rowView(conversation(0, { lastMessage: last, assignee: ben }), context).preview).toBe('Ben: Sure, gladly')
  expect(rowView(conversation(0, { lastMessage: { ...last, role: 'visitor' } }), context).preview).toBe('Sure, gladly')
  expect(rowView(conversation(0, { lastMessage: { ...last, note: true } }), context).preview).toBe('Note: Sure, gladly')
})

test('an unsent draft comes before what was said', () => {
  expect(rowView(conversation(0), { ...context, draft: 'I will\ncheck' })).toMatchObject({
    preview: 'Draft: I will check',
    previewKind: 'draft',
  })
})

test('a stranger is called by the stable end of their id', () => {
  const { visitor } = conversation(2)
  expect(rowView(conversation(2), context).name).toBe(`Visitor · ${visitor.id.slice(-4)}`)
})

test('a wait is counted from its start and grows urgent; a resolved conversation waits for nobody', () => {
  const waiting = (ago: number, change = {}) =>
    rowView(conversation(0, { waitingSince: new Date(now - ago).toISOString(), lastMessage: last, ...change }), context)
  expect(waiting(minutes(1))).toMatchObject({ waiting: 'fresh', age: { text: '1m' } })
  expect(waiting(minutes(5)).waiting).toBe('long')
  expect(waiting(minutes(25))).toMatchObject({ waiting: 'late', age: { text: '25m' } })
  expect(waiting(minutes(25), { status: 'resolved' })).toMatchObject({ age: { text: '3m' } })
  expect(waiting(minutes(25), { status: 'resolved' }).waiting).toBeUndefined()
})

test('ages are short', () => {
  const ages = [-5_000, 20_000, minutes(4), minutes(200), minutes(60 * 50)].map((ago) => shortAge(now - ago, now).text)
  expect(ages).toEqual(['now', 'now', '4m', '3h', '2d'])
  expect(shortAge(now - minutes(60 * 24 * 30), now).text).toMatch(/Apr/)
})

test('a filter needs every word, whatever the case or the accents', () => {
  const all = [conversation(0), conversation(1), conversation(3)]
  expect(filterConversations(all, 'TOMAS voucher')).toEqual([all[1]])
  expect(filterConversations(all, 'tomas zebra')).toEqual([])
  expect(filterConversations(all, '  ')).toBe(all)
})

test('the cursor starts at the first line and stops at both ends', () => {
  const ids = ['a', 'b', 'c']
  expect(moveCursor(ids, undefined, 1)).toBe('a')
  expect(moveCursor(ids, undefined, -1)).toBe('c')
  expect(moveCursor(ids, 'b', 1)).toBe('c')
  expect(moveCursor(ids, 'c', 1)).toBe('c')
  expect(moveCursor(ids, 'a', -1)).toBe('a')
  expect(moveCursor([], undefined, 1)).toBeUndefined()
})
