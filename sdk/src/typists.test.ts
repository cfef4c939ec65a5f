import { beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../test/fake-clock.ts'
import { Typists } from './typists.ts'

let clock: FakeClock
let typists: Typists
const now = () => typists.now.getSnapshot().map(({ id, text }) => (text ? `${id}: ${text}` : id))

beforeEach(() => {
  clock = new FakeClock()
  typists = new Typists(clock)
})

it('keeps somebody for 6 s after their last letter', async () => {
  typists.add({ role: 'agent', id: 'a' })
  await clock.advance(5_000)
  typists.add({ role: 'agent', id: 'a' })
  await clock.advance(5_999)
  expect(now()).toEqual(['a'])
  await clock.advance(1)
  expect(now()).toEqual([])
})

it('shows each once, with the newest draft, in the order they began', () => {
  typists.add({ role: 'visitor', id: 'v', text: 'h' })
  typists.add({ role: 'agent', id: 'a' })
  typists.add({ role: 'visitor', id: 'v', text: 'hello' })
  expect(now()).toEqual(['v: hello', 'a'])
})

it('leaves no timer behind', () => {
  typists.add({ role: 'agent', id: 'a' })
  typists.add({ role: 'agent', id: 'b' })
  typists.remove('a')
  typists.remove('nobody')
  typists.clear()
  expect(now()).toEqual([])
  expect(clock.waiting).toBe(0)
})
