import { describe, expect, test } from 'vitest'
import { barChart } from './bar-chart.ts'
import { chartOf, type Part, ratioTarget, valueTarget } from './figures.ts'
import { formatNumber, formatPart, formatTargets } from './format-part.ts'
import { spread } from './spread.ts'
import { reportText } from './write-report.ts'

const figure = { name: 'messages', unit: '/s', values: { Usher: [300, 100, 200], 'A & B': [50] } }

const part: Part = {
  title: 'Throughput',
  notes: ['Flat out.', 'Two cores.'],
  figures: [figure],
  targets: [],
  charts: [chartOf('flat', 'Flat out', [figure])],
}

describe('a figure of the bench', () => {
  test('is the median of its rounds with the spread beside it', () => {
    expect(spread([3, 1, 9, 2, 4])).toEqual({ median: 3, min: 1, max: 9, rounds: 5 })
  })

  test('is compared round by round, so a slow minute of the machine hits both sides', () => {
    const target = ratioTarget('p50', [1.2, 12, 1.3], [1, 10, 1], { op: '≤', value: 1.3 })
    expect(target).toMatchObject({ target: '≤ 1.3', met: true })
    expect(target.value).toBeCloseTo(1.2)
  })

  test('that misses its target says so', () => {
    const target = ratioTarget('rate', [50, 50, 50], [100, 100, 100], { op: '≥', value: 0.6 })
    expect(target.met).toBe(false)
    expect(formatTargets([target])).toContain('| rate | 0.50 × | ≥ 0.6 | **missed** |')
  })

  test('that was never measured meets nothing', () => {
    expect(ratioTarget('rate', [], [], { op: '≤', value: 1 }).met).toBe(false)
  })

  test('may be held against a value of its own', () => {
    expect(valueTarget('storm', 12, 's', { op: '≤', value: 15 })).toEqual({
      name: 'storm',
      value: 12,
      unit: 's',
      target: '≤ 15 s',
      met: true,
    })
  })
})

describe('the report', () => {
  test('has a column a side and a row a figure, with the spread where there are rounds', () => {
    expect(formatPart(part)).toContain(
      '| figure | unit | Usher | A & B |\n| --- | --- | --- | --- |\n| messages | /s | 200 (100–300) | 50.0 |',
    )
  })

  test('leaves a dash where a side was not measured', () => {
    const other = { ...figure, name: 'CPU', values: { Usher: [1] } }
    expect(formatPart({ ...part, figures: [figure, other] })).toContain('| CPU | /s | 1.00 | – |')
  })

  test('names a part that broke off', () => {
    const text = reportText({ parts: [part], failures: [{ part: 'storm', reason: 'unable to connect' }], machine: 'm', rounds: 5 })
    expect(text).toContain('**storm** broke off: unable to connect')
  })

  test('gives three digits that matter', () => {
    expect([0.1234, 12.34, 1234.5, Number.NaN].map(formatNumber)).toEqual(['0.12', '12.3', '1,235', '–'])
  })
})

describe('a bar chart', () => {
  const svg = barChart(chartOf('flat', 'Flat out', [figure]))

  test('draws every side, the longest bar over the whole width and the others in proportion', () => {
    const widths = [...svg.matchAll(/rect x="220" y="\d+" width="(\d+)"/g)].map(([, width]) => Number(width))
    expect(widths).toEqual([410, 103])
  })

  test('writes names as text, whatever they hold', () => {
    expect(svg).toContain('A &amp; B')
    expect(svg).not.toContain('A & B')
  })

  test('of nothing but zeros is still a picture', () => {
    expect(barChart({ slug: 'zero', title: 'Zero', unit: '', groups: [{ label: 'g', bars: [{ label: 'a', value: 0 }] }] })).toContain(
      'width="1"',
    )
  })
})
