import { decode, newId, saved, subjects } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { savedNotices } from './saved-notices.ts'

const [site, anna, ben] = [newId(), newId(), newId()]
const row = (visitor: string, seq: number, internal = false) => ({ site, visitor, seq, internal })
const told = (rows: Parameters<typeof savedNotices>[0]) =>
  savedNotices(rows).map(({ subject, payload }) => [subject, decode(saved, payload)?.seqs])

test('[P2] each thread is told its seqs once, in order', () => {
  expect(told([row(anna, 1), row(ben, 2), row(anna, 3)])).toEqual([
    [subjects.saved(site, anna), [1, 3]],
    [subjects.saved(site, ben), [2]],
  ])
  expect(told([])).toEqual([])
})

test('[P6] seqs of notes and internal events go where no visitor listens', () => {
  expect(told([row(anna, 1), row(anna, 2, true)])).toEqual([
    [subjects.saved(site, anna), [1]],
    [subjects.savedInternal(site, anna), [2]],
  ])
})

test('a notice stays below the largest payload', () => {
  const high = Number.MAX_SAFE_INTEGER - 1_000
  const notices = savedNotices(Array.from({ length: 1_000 }, (_, i) => row(anna, high + i)))
  expect(notices.length).toBeGreaterThan(1)
  for (const { payload } of notices) expect(payload.length).toBeLessThan(8_192)
  expect(notices.flatMap(({ payload }) => decode(saved, payload)?.seqs ?? [])).toHaveLength(1_000)
})
