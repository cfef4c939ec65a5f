import { expect, test } from 'vitest'
import { ben, conversation, me } from '../gallery/fixture-data.ts'
import { composerOffer, mayReply } from './composer-offer.ts'
import { lengthHint } from './length-hint.ts'
import { readComposerKey } from './read-composer-key.ts'

const mine = conversation(0)
const { assignee: _, ...unassigned } = conversation(3)

test('the composer offers what the conversation allows', () => {
  expect(composerOffer(mine, me)).toEqual({ kind: 'write' })
  expect(composerOffer(unassigned, me)).toEqual({ kind: 'take' })
  expect(composerOffer({ ...mine, assignee: ben }, me)).toEqual({ kind: 'colleague', agent: ben })
  expect(composerOffer({ ...mine, status: 'resolved' }, me, mine.id)).toEqual({ kind: 'resolved' })
  expect(composerOffer({ ...mine, status: 'resolved' }, me, 'newer')).toEqual({ kind: 'superseded', by: 'newer' })
  expect(['write', 'take', 'resolved'].map((kind) => mayReply({ kind } as Parameters<typeof mayReply>[0]))).toEqual([true, true, false])
})

test('the length is told only when it begins to matter', () => {
  expect(lengthHint('short')).toBeUndefined()
  expect(lengthHint('x'.repeat(3_700))).toBe(300)
  expect(lengthHint('x'.repeat(4_001))).toBe(-1)
})

const key = (name: string, change = {}) =>
  readComposerKey({ key: name, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, keyCode: 13, ...change })

test('Enter sends, with Ctrl or ⌘ it also resolves, with Shift it is a line', () => {
  expect(key('Enter')).toBe('send')
  expect(key('Enter', { metaKey: true })).toBe('send-and-resolve')
  expect(key('Enter', { ctrlKey: true })).toBe('send-and-resolve')
  expect(key('Enter', { shiftKey: true })).toBeUndefined()
  expect(key('Escape')).toBe('leave')
  expect(key('a')).toBeUndefined()
})

test('while an input method is at work every key is its own', () => {
  expect(key('Enter', { isComposing: true })).toBeUndefined()
  expect(key('Enter', { keyCode: 229 })).toBeUndefined()
  expect(key('Escape', { isComposing: true })).toBeUndefined()
})
