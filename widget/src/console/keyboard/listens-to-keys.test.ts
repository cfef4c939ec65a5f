// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { listensToKeys } from './listens-to-keys.ts'

const element = (html: string, selector: string) => {
  document.body.innerHTML = html
  return document.body.querySelector(selector)
}
const listens = (target: Element | null, change = {}) =>
  listensToKeys({ target, key: 'j', isComposing: false, defaultPrevented: false, ...change })

test('keys typed into a field, a dialog or a menu are not shortcuts', () => {
  expect(listens(document.body)).toBe(true)
  expect(listens(element('<textarea></textarea>', 'textarea'))).toBe(false)
  expect(listens(element('<dialog><p></p></dialog>', 'p'))).toBe(false)
  expect(listens(element('<div role="menu"><button></button></div>', 'button'))).toBe(false)
})

test('a word that an input method is composing is not interrupted', () => {
  expect(listens(document.body, { isComposing: true })).toBe(false)
  expect(listens(document.body, { defaultPrevented: true })).toBe(false)
})

test('Enter on a button presses the button; letters on it are still shortcuts', () => {
  const button = element('<button></button>', 'button')
  expect(listens(button, { key: 'Enter' })).toBe(false)
  expect(listens(button)).toBe(true)
})
