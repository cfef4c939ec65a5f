import { describe, expect, test } from 'vitest'
import { compare, formatTable, spread } from './ratio.ts'

describe('a figure of the bench', () => {
  test('is the median of its rounds with the spread beside it', () => {
    expect(spread([3, 1, 9, 2, 4])).toEqual({ median: 3, min: 1, max: 9, rounds: 5 })
  })

  test('is compared round by round, so a slow minute of the machine hits both sides', () => {
    const row = compare({ name: 'p50', unit: 'ms', usher: [1.2, 12, 1.3], floor: [1, 10, 1], target: { op: '≤', value: 1.5 } })
    expect(row.ratio.median).toBeCloseTo(1.2)
    expect(row.met).toBe(true)
  })

  test('that misses its target says so', () => {
    const row = compare({ name: 'rate', unit: '/s', usher: [50, 50, 50], floor: [100, 100, 100], target: { op: '≥', value: 0.6 } })
    expect(row.met).toBe(false)
    expect(formatTable([row])).toContain('| missed |')
  })
})
