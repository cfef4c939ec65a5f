import { percentile } from '../replay/measure.ts'

/** One figure of several interleaved rounds. */
export interface Spread {
  median: number
  min: number
  max: number
  rounds: number
}

/** Median with its spread; zeros for nothing. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: percentile(sorted, 0.5), min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0, rounds: sorted.length }
}

/** Ours against the floor: the ratio of each round, because the machine's speed drifts between rounds. */
export interface Comparison {
  name: string
  unit: string
  usher: Spread
  floor: Spread
  ratio: Spread
  target: { op: '≤' | '≥'; value: number }
  met: boolean
}

export function compare(options: {
  name: string
  unit: string
  usher: readonly number[]
  floor: readonly number[]
  target: Comparison['target']
}): Comparison {
  const { name, unit, usher, floor, target } = options
  const ratio = spread(usher.map((value, round) => value / (floor[round] as number)))
  const met = target.op === '≤' ? ratio.median <= target.value : ratio.median >= target.value
  return { name, unit, usher: spread(usher), floor: spread(floor), ratio, target, met }
}

/** A Markdown table, a row a figure. */
export function formatTable(rows: readonly Comparison[]): string {
  const cell = ({ median, min, max }: Spread, digits: number) => `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`
  const lines = rows.map(({ name, unit, usher, floor, ratio, target, met }) => {
    const digits = usher.median < 100 ? 2 : 0
    return `| ${name} | ${cell(usher, digits)} ${unit} | ${cell(floor, digits)} ${unit} | ${cell(ratio, 2)} | ${target.op} ${target.value} | ${met ? 'met' : 'missed'} |`
  })
  return ['| figure | Usher: median (min–max) | floor | ratio, round by round | target | |', '|---|---|---|---|---|---|', ...lines].join(
    '\n',
  )
}
