import type { Part, Target } from './figures.ts'
import { spread } from './spread.ts'

/** A part as Markdown: its notes, a row a figure, a column a side. */
export function formatPart({ title, notes, figures, charts = [] }: Part): string {
  const sides = [...new Set(figures.flatMap(({ values }) => Object.keys(values)))]
  const rows = figures.map(({ name, unit, values }) => [name, unit, ...sides.map((side) => formatSpread(values[side]))])
  const pictures = charts.map(({ slug, title: text }) => `![${text}](${slug}.svg)`)
  const table = rows.length === 0 ? [] : [formatRows(['figure', 'unit', ...sides], rows)]
  return [`## ${title}`, notes.join(' '), ...table, ...pictures].filter((text) => text !== '').join('\n\n')
}

/** Every target with its result. */
export function formatTargets(targets: readonly Target[]): string {
  const rows = targets.map(({ name, value, unit = '×', target, met }) => [
    name,
    `${formatNumber(value)} ${unit}`,
    target,
    met ? 'met' : '**missed**',
  ])
  return formatRows(['target', 'measured', 'wanted', ''], rows)
}

function formatRows(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Median, and the least and most of the rounds; a dash for a side that was not measured. */
function formatSpread(values: readonly number[] | undefined): string {
  if (values === undefined || values.length === 0) return '–'
  const { median, min, max } = spread(values)
  return values.length === 1 ? formatNumber(median) : `${formatNumber(median)} (${formatNumber(min)}–${formatNumber(max)})`
}

/** Three digits that matter. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  return size >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(size >= 10 ? 1 : 2)
}
