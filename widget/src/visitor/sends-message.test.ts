import { expect, test } from 'vitest'
import { sendsMessage } from './sends-message.ts'

const press = { key: 'Enter', shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, isComposing: false, keyCode: 13 }

test('Enter sends, with or without Ctrl; with Shift or Alt it is a new line', () => {
  expect(sendsMessage(press)).toBe(true)
  expect(sendsMessage({ ...press, ctrlKey: true })).toBe(true)
  expect(sendsMessage({ ...press, shiftKey: true })).toBe(false)
  expect(sendsMessage({ ...press, altKey: true })).toBe(false)
  expect(sendsMessage({ ...press, key: 'a' })).toBe(false)
})

test('Enter that confirms a word of an input method does not send, in Safari neither', () => {
  expect(sendsMessage({ ...press, isComposing: true })).toBe(false)
  expect(sendsMessage({ ...press, keyCode: 229 })).toBe(false)
})
