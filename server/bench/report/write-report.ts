import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { barChart } from './bar-chart.ts'
import type { Part } from './figures.ts'
import { formatPart, formatTargets } from './format-part.ts'
import { spread } from './spread.ts'

export interface Results {
  parts: readonly Part[]
  /** Parts that broke off, with the reason: their targets count as missed. */
  failures: readonly { part: string; reason: string }[]
}

/** Writes `main.md`, `main.json` and the charts. `met`: everything was measured and every target is met. */
export async function writeReport(
  options: Results & { machine: string; rounds: number; folder: string },
): Promise<{ text: string; met: boolean }> {
  const { parts, failures, machine, rounds, folder } = options
  const targets = parts.flatMap((part) => part.targets)
  const text = reportText(options)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'main.md'), text)
  const json = { machine, rounds, targets, failures, parts: parts.map(withMedians) }
  await writeFile(join(folder, 'main.json'), `${JSON.stringify(json, null, 2)}\n`)
  for (const chart of parts.flatMap(({ charts = [] }) => charts)) await writeFile(join(folder, `${chart.slug}.svg`), barChart(chart))
  return { text, met: failures.length === 0 && targets.every(({ met }) => met) }
}

export function reportText({ parts, failures, machine, rounds }: Results & { machine: string; rounds: number }): string {
  const head = `${machine}. Median (least–most) of ${rounds} interleaved rounds after a warm-up, where a figure has rounds.`
  const targets = formatTargets(parts.flatMap((part) => part.targets))
  const broken = failures.map(({ part, reason }) => `**${part}** broke off: ${reason}`)
  return `${['# Bench', head, targets, ...broken, ...parts.map(formatPart)].join('\n\n')}\n`
}

const withMedians = ({ title, notes, figures }: Part) => ({
  title,
  notes,
  figures: figures.map(({ name, unit, values }) => ({
    name,
    unit,
    sides: Object.fromEntries(Object.entries(values).map(([side, rounds]) => [side, { ...spread(rounds), values: rounds }])),
  })),
})
