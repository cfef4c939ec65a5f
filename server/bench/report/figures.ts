import { type Spread, spread } from './spread.ts'

/** One figure: what each side measured in every round, by the side's name. */
export interface Figure {
  name: string
  unit: string
  values: Record<string, readonly number[]>
}

/** A figure held against a target. `met` is false for one that could not be measured. */
export interface Target {
  name: string
  /** The measured value; a ratio unless `unit` says otherwise. */
  value: number
  unit?: string
  target: string
  met: boolean
}

/** What one part of the bench found. */
export interface Part {
  title: string
  /** What was measured and how, a sentence each. */
  notes: readonly string[]
  figures: readonly Figure[]
  targets: readonly Target[]
  /** Figures that say more as bars. */
  charts?: readonly Chart[]
}

export interface Chart {
  /** Also the name of its file. */
  slug: string
  title: string
  unit: string
  groups: readonly { label: string; bars: readonly { label: string; value: number }[] }[]
}

export type Bound = { op: '≤' | '≥'; value: number }

const holds = (value: number, { op, value: bound }: Bound): boolean => (op === '≤' ? value <= bound : value >= bound)

/** Ours against theirs, round by round, because the machine's speed drifts between rounds; the median decides. */
export function ratioTarget(name: string, ours: readonly number[], theirs: readonly number[], bound: Bound): Target {
  const value = spread(ours.map((our, round) => our / (theirs[round] as number))).median
  return { name, value, target: `${bound.op} ${bound.value}`, met: ours.length > 0 && holds(value, bound) }
}

/** A value held against a bound of its own. */
export function valueTarget(name: string, value: number, unit: string, bound: Bound): Target {
  return { name, value, unit, target: `${bound.op} ${bound.value.toLocaleString('en')} ${unit}`.trim(), met: holds(value, bound) }
}

/** Medians of a figure by side, for a chart. */
export function chartOf(slug: string, title: string, figures: readonly Figure[]): Chart {
  const bars = (figure: Figure) => Object.entries(figure.values).map(([label, values]) => ({ label, value: medianOf(values).median }))
  return { slug, title, unit: figures[0]?.unit ?? '', groups: figures.map((figure) => ({ label: figure.name, bars: bars(figure) })) }
}

const medianOf = (values: readonly number[]): Spread => spread(values)
