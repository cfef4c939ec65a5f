import { expect, test } from 'vitest'
import { createRandom } from './random.ts'

const draw = (seed: number) => {
  const random = createRandom(seed)
  return Array.from({ length: 50 }, () => random.between(1, 1_000))
}

test('a seed gives the same numbers again, another seed others', () => {
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
})

test('numbers stay within their bounds and reach both', () => {
  const random = createRandom(1)
  const seen = new Set(Array.from({ length: 200 }, () => random.between(2, 4)))
  expect([...seen].sort()).toEqual([2, 3, 4])
})

test('a sample has no item twice, and no more than there are', () => {
  const random = createRandom(3)
  expect(random.sample([1, 2, 3], 9).toSorted()).toEqual([1, 2, 3])
  expect(new Set(random.sample([1, 2, 3, 4, 5], 3)).size).toBe(3)
})

test('there is nothing to pick from nothing', () => {
  expect(() => createRandom(1).pick([])).toThrow('unable to pick')
})
