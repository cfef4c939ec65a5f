import { newId, newMessageId } from '@usher-chat/sdk/protocol'
import { describe, expect, test } from 'vitest'
import { assemblePage, type PageParts, type PageQuestion } from './assemble-page.ts'
import type { MessageRow } from './message-row.ts'
import { identityOf } from './thread-tail.ts'

const [site, visitor] = [newId(), newId()]
const ids = new Map<number, string>()
const idOf = (seq: number) => ids.get(seq) ?? (ids.set(seq, newMessageId()).get(seq) as string)
const row = (seq: number, internal = false): MessageRow => ({
  site,
  visitor,
  seq,
  at: new Date(seq),
  id: idOf(seq),
  author: internal ? { role: 'agent', id: 'agent000000000000000' } : { role: 'visitor', id: visitor },
  internal,
  kind: 'text',
  body: { text: `${seq}` },
})
const rows = (...seqs: number[]) => seqs.map((seq) => row(seq))
const tail = (seqs: number[], knownTo: number, complete = true) => ({ rows: rows(...seqs), knownTo, complete })

function page(question: Partial<PageQuestion>, parts: Partial<PageParts>) {
  const assembled = assemblePage(
    { reader: 'visitor', limit: 3, ...question },
    { stored: [], tail: undefined, tailSeqs: new Map(), floor: 0, ...parts },
    identityOf,
  )
  return { ...assembled, rows: assembled.rows.map(({ row: { seq }, saved }) => (saved ? `${seq}` : `(${seq})`)).join(' ') }
}

describe('the newest page', () => {
  test('joins what is saved and what is not yet, and keeps the newest', () => {
    expect(page({}, { stored: rows(4, 3, 2, 1), tail: tail([8], 8), floor: 6 })).toEqual({ rows: '3 4 (8)', hasMore: true, lastSeq: 8 })
  })

  test('knows the thread up to history’s floor, although its last row is older', () => {
    expect(page({}, { stored: rows(2, 1), tail: tail([], 6), floor: 6 })).toEqual({ rows: '1 2', hasMore: false, lastSeq: 6 })
  })

  test('knows up to its last row when the stream is away', () => {
    expect(page({}, { stored: rows(2, 1) })).toEqual({ rows: '1 2', hasMore: false, lastSeq: 2 })
    expect(page({}, {})).toEqual({ rows: '', hasMore: false, lastSeq: 0 })
  })
})

describe('what the stream and Postgres both have', () => {
  test('[P3] a row committed meanwhile is shown once, as saved', () => {
    const tailSeqs = new Map([[identityOf(row(3)), 3]])
    expect(page({}, { stored: rows(3, 2), tail: tail([3, 4], 4), tailSeqs }).rows).toBe('2 3 (4)')
    expect(page({}, { stored: rows(2), tail: tail([3, 4], 4), tailSeqs }).rows).toBe('2 3 (4)')
  })

  test('[P3] a message sent again after it was saved is shown where it was first', () => {
    const tailSeqs = new Map([[identityOf(row(7)), 1]])
    expect(page({}, { stored: rows(1), tail: tail([7], 7), tailSeqs })).toEqual({ rows: '1', hasMore: false, lastSeq: 7 })
  })
})

test('[P6] a visitor sees no internal row, but is not told to be behind for it', () => {
  const parts = { stored: [row(1)], tail: { rows: [row(2, true)], knownTo: 2, complete: true } }
  expect(page({}, parts)).toEqual({ rows: '1', hasMore: false, lastSeq: 2 })
  expect(page({ reader: 'agent' }, parts)).toEqual({ rows: '1 (2)', hasMore: false, lastSeq: 2 })
})

describe('forward pages', () => {
  test('promise no more than they show while there is more', () => {
    expect(page({ after: 1 }, { stored: rows(2, 3, 4, 5), floor: 9 })).toEqual({ rows: '2 3 4', hasMore: true, lastSeq: 4 })
    expect(page({ after: 1 }, { stored: rows(2, 3), tail: tail([10, 11], 11), floor: 9 })).toEqual({
      rows: '2 3 (10)',
      hasMore: true,
      lastSeq: 10,
    })
  })

  test('reach the end', () => {
    expect(page({ after: 3 }, { stored: rows(4), tail: tail([10], 10), floor: 9 })).toEqual({ rows: '4 (10)', hasMore: false, lastSeq: 10 })
    expect(page({ after: 12 }, { tail: tail([], 9), floor: 9 })).toEqual({ rows: '', hasMore: false, lastSeq: 12 })
  })

  test('say that there is more when the tail was cut', () => {
    expect(page({ after: 3 }, { tail: tail([10], 10, false), floor: 9 })).toEqual({ rows: '(10)', hasMore: true, lastSeq: 10 })
  })
})

test('backward pages end with their own last row', () => {
  expect(page({ before: 5 }, { stored: rows(4, 3, 2, 1), floor: 9 })).toEqual({ rows: '2 3 4', hasMore: true, lastSeq: 4 })
  expect(page({ before: 11 }, { stored: rows(4), tail: tail([10, 11], 11), floor: 9 })).toEqual({
    rows: '4 (10)',
    hasMore: false,
    lastSeq: 10,
  })
  expect(page({ before: 1 }, { floor: 9 })).toEqual({ rows: '', hasMore: false, lastSeq: 0 })
})
