import { expect, test } from 'vitest'
import { epochOfStream } from './stream-lives.ts'

const created = new Date('2026-01-01T00:00:00Z')
const life = { epoch: 3, created, savedSeq: 100 }

test('the first stream is epoch 0', () => {
  expect(epochOfStream(undefined, { created, lastSeq: 0 })).toBe(0)
})

test('a stream that goes on keeps its epoch', () => {
  expect(epochOfStream(life, { created: new Date(created), lastSeq: 100 })).toBe(3)
  expect(epochOfStream(life, { created, lastSeq: 5_000 })).toBe(3)
})

test('a new stream starts the next epoch, even a longer one', () => {
  expect(epochOfStream(life, { created: new Date('2026-01-02T00:00:00Z'), lastSeq: 5_000 })).toBe(4)
})

test('a stream behind what history holds starts the next epoch', () => {
  expect(epochOfStream(life, { created, lastSeq: 99 })).toBe(4)
})
