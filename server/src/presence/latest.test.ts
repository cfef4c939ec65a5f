import { expect, test } from 'vitest'
import { createLatest } from './latest.ts'

const seqs = (limit = 3) => createLatest<number>({ limit, newest: Math.max })

test('keeps one value for each key, by its rule', () => {
  const latest = seqs()
  latest.put('anna', 5)
  latest.put('ben', 1)
  latest.put('anna', 4)
  expect([...latest.take()]).toEqual([
    ['anna', 5],
    ['ben', 1],
  ])
  expect(latest.size).toBe(0)
})

test('[P8] what could not be written is kept, and what came in the meantime counts as newer', () => {
  const latest = createLatest<string>({ limit: 3, newest: (_, newer) => newer })
  latest.put('anna', 'old')
  latest.put('ben', 'old')
  const taken = latest.take()
  latest.put('anna', 'new')
  latest.giveBack(taken)
  expect([...latest.take()]).toEqual([
    ['anna', 'new'],
    ['ben', 'old'],
  ])
})

test('[P9] never holds more than its limit: the longest kept goes first', () => {
  const latest = seqs()
  for (const key of ['a', 'b', 'c', 'd']) latest.put(key, 1)
  const taken = latest.take()
  expect([...taken.keys()]).toEqual(['b', 'c', 'd'])
  latest.put('e', 1)
  latest.giveBack(taken)
  expect([...latest.take().keys()]).toEqual(['c', 'd', 'e'])
})
