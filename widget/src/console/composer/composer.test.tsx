// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest'
import { type Drawn, drawConsole } from '../gallery/draw-console.tsx'
import { createFixtureClient } from '../gallery/fixture-client.ts'
import { conversation, now } from '../gallery/fixture-data.ts'
import { threadOf } from '../gallery/fixture-thread.ts'

let drawn: Drawn | undefined
afterEach(() => drawn?.close())

const mine = conversation(0)
const queued = conversation(3)

async function open(of = mine): Promise<Drawn> {
  const client = createFixtureClient({ now: () => now, conversations: [mine, queued], thread: (one) => threadOf(one, 0) })
  drawn = await drawConsole(client, `/all/${of.id}`)
  return drawn
}

const enter = (change: KeyboardEventInit) => new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...change })
const value = ({ find }: Drawn) => (find('textarea') as HTMLTextAreaElement).value

test('Enter sends the reply and empties the composer; Shift-Enter does not', async () => {
  const console = await open()
  await console.type('textarea', 'Hello!')
  console.find('textarea').dispatchEvent(enter({ shiftKey: true }))
  await console.settle()
  expect(console.client.calls).not.toContain('send Hello!')
  await console.press('Enter', console.find('textarea'))
  expect(console.client.calls).toContain('send Hello!')
  expect(value(console)).toBe('')
  expect(console.find('[role=log]').textContent).toContain('Hello!')
})

test('Enter that ends a word of an input method does not send', async () => {
  const console = await open()
  await console.type('textarea', 'こんにちは')
  console.find('textarea').dispatchEvent(enter({ isComposing: true }))
  await console.settle()
  expect(console.client.calls.some((call) => call.startsWith('send'))).toBe(false)
})

test('reply and note keep a draft each, and a note is never sent as a reply', async () => {
  const console = await open()
  await console.type('textarea', 'Dear Nora')
  await console.click('.modes button:nth-of-type(2)')
  expect(value(console)).toBe('')
  await console.type('textarea', 'She is a regular')
  await console.click('.modes button:nth-of-type(1)')
  expect(value(console)).toBe('Dear Nora')
  await console.click('.modes button:nth-of-type(2)')
  expect(value(console)).toBe('She is a regular')
  await console.press('Enter', console.find('textarea'))
  expect(console.client.calls).toContain('note She is a regular')
  expect(console.client.calls.some((call) => call.startsWith('send'))).toBe(false)
})

test('a draft survives a reload and belongs to its conversation', async () => {
  const before = await open()
  await before.type('textarea', 'half a thought')
  const kept = { ...localStorage }
  before.close()
  for (const [key, text] of Object.entries(kept)) localStorage.setItem(key, String(text))
  const after = await open()
  expect(value(after)).toBe('half a thought')
  await after.click(`#conversation-${queued.id}`)
  expect(value(after)).toBe('')
  expect(after.find(`#conversation-${mine.id}`).textContent).toContain('Draft: half a thought')
})

test('the visitor is told of typing while a reply is written, never while a note is', async () => {
  const console = await open()
  await console.type('textarea', 'He')
  expect(console.client.calls).toContain('keystroke He')
  await console.click('.modes button:nth-of-type(2)')
  expect(console.client.calls.at(-1)).toBe('keystroke ')
  await console.type('textarea', 'secret')
  expect(console.client.calls.at(-1)).toBe('keystroke ')
})

test('Ctrl-Enter sends and then resolves', async () => {
  const console = await open()
  await console.type('textarea', 'Bye!')
  console.find('textarea').dispatchEvent(enter({ ctrlKey: true }))
  await console.settle()
  const calls = console.client.calls.filter((call) => /^(send|resolve)/.test(call))
  expect(calls).toEqual(['send Bye!', `resolve ${mine.id}`])
})

test('a reply to a waiting conversation takes it first', async () => {
  const console = await open(queued)
  await console.type('textarea', 'I am here')
  await console.press('Enter', console.find('textarea'))
  const calls = console.client.calls.filter((call) => /^(send|assign)/.test(call))
  expect(calls).toEqual([`assign ${queued.id}`, 'send I am here'])
})

test('what is too long is counted and not sent', async () => {
  const console = await open()
  await console.type('textarea', 'x'.repeat(4_020))
  expect(console.text()).toContain('20 characters too long')
  await console.press('Enter', console.find('textarea'))
  expect(console.client.calls.some((call) => call.startsWith('send'))).toBe(false)
  expect(value(console)).toHaveLength(4_020)
})

test('Escape leaves the composer, and the list has the keyboard again', async () => {
  const console = await open()
  await console.press('r', document.body)
  expect(document.activeElement).toBe(console.find('textarea'))
  await console.press('Escape', console.find('textarea'))
  expect(document.activeElement).toBe(console.find('[role=listbox]'))
})
