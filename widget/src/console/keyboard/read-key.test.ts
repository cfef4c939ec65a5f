import { expect, test } from 'vitest'
import { readKey } from './read-key.ts'

const press = (key: string, at = 0, modified = false) => ({ key, at, modified })

test('single keys are commands, whatever the case', () => {
  expect(readKey(press('j'))).toEqual({ command: 'next' })
  expect(readKey(press('J'))).toEqual({ command: 'next' })
  expect(readKey(press('?'))).toEqual({ command: 'help' })
  expect(readKey(press('Enter'))).toEqual({ command: 'open' })
  expect(readKey(press('x'))).toEqual({})
})

test('a key held with Ctrl, ⌘ or Alt belongs to the browser', () => {
  expect(readKey(press('r', 0, true))).toEqual({})
})

test('G waits a moment for its second key', () => {
  const { pending } = readKey(press('g', 1_000))
  expect(pending).toEqual({ key: 'g', at: 1_000 })
  expect(readKey(press('a', 1_500), pending)).toEqual({ command: 'go-all' })
  expect(readKey(press('r', 1_500), pending)).toEqual({ command: 'go-resolved' })
  expect(readKey(press('a', 3_000), pending)).toEqual({ command: 'assign' })
  expect(readKey(press('j', 1_500), pending)).toEqual({ command: 'next' })
})
