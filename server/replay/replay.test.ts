import { describe, expect, test } from 'vitest'
import { compareThread, isClean } from './compare.ts'
import { parseDialogue } from './dialogues.ts'
import { createStopwatch, summarize } from './measure.ts'

const said = [
  { from: 'visitor' as const, text: 'Two seats, please' },
  { from: 'agent' as const, text: 'Which film?' },
  { from: 'visitor' as const, text: 'The late one' },
]
const stored = said.map((turn, index) => ({ ...turn, id: `m${index}`, saved: true }))

describe('the replay compares what was said with what is stored', () => {
  test('the same texts in the same order are no difference', () => {
    expect(isClean(compareThread(said, stored))).toBe(true)
  })

  test('[P3] a lost message is missing', () => {
    expect(compareThread(said, stored.slice(0, 2))).toMatchObject({ missing: 1, duplicated: 0, outOfOrder: 0 })
  })

  test('[P3] a message stored twice is duplicated, also under another id', () => {
    expect(compareThread(said, [...stored, { ...stored[2]!, id: 'm9' }])).toMatchObject({ missing: 0, duplicated: 1 })
    expect(compareThread(said, [...stored, stored[2]!])).toMatchObject({ missing: 0, duplicated: 1 })
  })

  test('[P4] two messages swapped are out of order', () => {
    expect(compareThread(said, [stored[1]!, stored[0]!, stored[2]!])).toMatchObject({ missing: 0, outOfOrder: 1 })
  })

  test('[P2] a row that only the stream holds is not saved', () => {
    expect(compareThread(said, [{ ...stored[0]!, saved: false }, ...stored.slice(1)])).toMatchObject({ unsaved: 1 })
  })

  test('a text said twice must stand there twice', () => {
    const twice = [...said, { from: 'visitor' as const, text: 'The late one' }]
    expect(compareThread(twice, stored)).toMatchObject({ missing: 1 })
    expect(isClean(compareThread(twice, [...stored, { ...stored[2]!, id: 'm3' }]))).toBe(true)
  })
})

describe('a dialogue', () => {
  test('begins with the visitor', () => {
    const line = JSON.stringify({ id: 'd', turns: [{ from: 'agent', text: 'Hello' }, ...said] })
    expect(parseDialogue(line, 'd:1').turns).toEqual(said)
  })

  test('that is malformed names its line', () => {
    expect(() => parseDialogue('{', 'file:7')).toThrow('file:7; it is not JSON')
    expect(() => parseDialogue('{"id":"d","turns":[]}', 'file:8')).toThrow('file:8')
  })
})

describe('the stopwatch', () => {
  test('counts the first stop of each leg and tells what never stopped', () => {
    let now = 0
    const watch = createStopwatch(() => now)
    watch.start('a')
    watch.start('b')
    now = 5
    watch.stop('a', 'sent')
    now = 9
    watch.stop('a', 'sent')
    expect(watch.summary('sent')).toEqual({ count: 1, p50: 5, p99: 5, max: 5 })
    expect(watch.missing('sent')).toBe(1)
  })

  test('the median and the tail are nearest ranks', () => {
    expect(summarize(Array.from({ length: 100 }, (_, i) => i + 1))).toEqual({ count: 100, p50: 50, p99: 99, max: 100 })
  })
})
