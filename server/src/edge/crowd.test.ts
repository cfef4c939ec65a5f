import { expect, test } from 'vitest'
import { limits } from '../../test/edge-commands.ts'
import { createCrowd } from './crowd.ts'

test('[P9] a visitor has five sockets and an agent ten, and one that leaves makes room', () => {
  const crowd = createCrowd<number>(limits)
  for (let at = 0; at < 5; at++) expect(crowd.join('visitor', 'a', at, 0)).toBeDefined()
  expect(crowd.join('visitor', 'a', 5, 0)).toBeUndefined()
  expect(crowd.join('visitor', 'b', 6, 0)).toBeDefined()
  for (let at = 10; at < 20; at++) expect(crowd.join('agent', 'c', at, 0)).toBeDefined()
  expect(crowd.join('agent', 'c', 20, 0)).toBeUndefined()
  crowd.leave('a', 0)
  expect(crowd.of('a')).toEqual([1, 2, 3, 4])
  expect(crowd.join('visitor', 'a', 7, 0)).toBeDefined()
})

test('[P9] connecting again does not fill the budget; it is forgotten when it is full', () => {
  const crowd = createCrowd<number>(limits)
  const rates = crowd.join('visitor', 'a', 1, 0)
  rates?.take('message', 1, 0)
  crowd.leave('a', 1)
  crowd.sweep(100)
  expect(crowd.join('visitor', 'a', 2, 100)).toBe(rates)
  crowd.leave('a', 2)
  crowd.sweep(10_000)
  expect(crowd.join('visitor', 'a', 3, 10_000)).not.toBe(rates)
})
