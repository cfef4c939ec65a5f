import { expect, test } from 'vitest'
import { conversation, me, message } from '../gallery/fixture-data.ts'
import { unreadTitle } from './unread-title.ts'
import { messageWorthTelling, unreadIn } from './worth-telling.ts'

const mine = [conversation(0), conversation(2)]
const [first] = mine as [(typeof mine)[0]]
const received = (visitor: string, by?: { id: string; name: string }) => ({
  site: first.site,
  visitor,
  message: message(first.visitor, 1, { ago: 0, text: 'x', ...(by === undefined ? {} : { by }) }),
})
const elsewhere = { focused: true, visitor: undefined }

test('a visitor of one’s own calls, unless one is looking at them', () => {
  const { id } = first.visitor
  expect(messageWorthTelling(received(id), mine, elsewhere)).toBe(true)
  expect(messageWorthTelling(received(id), mine, { focused: false, visitor: id })).toBe(true)
  expect(messageWorthTelling(received(id), mine, { focused: true, visitor: id })).toBe(false)
})

test('agents and other people’s visitors do not call', () => {
  expect(messageWorthTelling(received(first.visitor.id, { id: me.id, name: me.name }), mine, elsewhere)).toBe(false)
  expect(messageWorthTelling(received(conversation(1).visitor.id), mine, elsewhere)).toBe(false)
})

test('the title counts unread messages', () => {
  expect(unreadIn(mine)).toBe(2)
  expect([0, 3, 250].map(unreadTitle)).toEqual(['Usher', '(3) Usher', '(99+) Usher'])
})
