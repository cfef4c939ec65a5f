import type { CatalogueRow, Proof } from './catalogue.ts'
import type { CheckerReport } from './run-checker.ts'
import type { PlantsReport } from './run-plants.ts'

/** Violations told one by one; the rest is counted. */
const most = 8

/** No invariant was violated. */
export const isClean = (report: CheckerReport): boolean => report.invariants.every(({ violations }) => violations.length === 0)

/** The report of the checker as a page in Markdown. */
export function formatChecker(report: CheckerReport): string {
  const { seed, minutes, visitors, agents, messages, settledMs, seconds, faults, invariants, missing } = report
  const told = invariants.flatMap(({ id, violations }) => [
    ...violations.slice(0, most).map((sentence) => `- ${id}: ${sentence}`),
    ...(violations.length > most ? [`- ${id}: and ${violations.length - most} more`] : []),
  ])
  const quiet =
    settledMs === undefined ? 'It did not become quiet in time.' : `All was quiet ${(settledMs / 1_000).toFixed(1)} s after the last heal.`
  return [
    '# Faults',
    '',
    `Seed ${seed}: ${visitors} visitors and ${agents} agents wrote ${messages} messages while things went wrong for ${minutes} minutes. ${quiet} The run took ${seconds} s.`,
    '',
    ...table(
      ['fault', 'what went wrong', 'times'],
      faults.map(({ id, title, times, cannot }) => [id, title, cannot ?? String(times)]),
    ),
    '',
    ...table(
      ['invariant', 'what must hold', 'violations'],
      invariants.map(({ id, sentence, violations }) => [id, sentence, String(violations.length)]),
    ),
    '',
    ...(told.length > 0 ? ['Violations:', '', ...told, ''] : []),
    ...(missing.length > 0 ? ['Not quiet:', '', ...missing.slice(0, most).map((sentence) => `- ${sentence}`), ''] : []),
  ].join('\n')
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}

/** The report of the planted bugs as a page in Markdown. */
export function formatPlants({ plants, broken }: PlantsReport): string {
  const rows = plants.map(({ name, file, check, caught, seconds }) => [name, file, check, caught ?? 'NOT CAUGHT', `${seconds} s`])
  const caught = plants.filter((plant) => plant.caught !== undefined).length
  return [
    '# Planted bugs',
    '',
    `${caught} of ${plants.length} bugs, planted one at a time into a copy of the tree, were caught. Each check passes on the tree as it is.`,
    '',
    ...table(['planted bug', 'in', 'what was run', 'what it said', 'took'], rows),
    '',
    ...(broken.length > 0 ? ['Checks that fail without a bug, and so prove nothing:', '', ...broken.map((line) => `- ${line}`), ''] : []),
  ].join('\n')
}

/** The catalogue as a page in Markdown: how each fault is shown, or why not yet. `times`: how often the nemesis injected each. */
export function formatCatalogue(rows: readonly CatalogueRow[], times: ReadonlyMap<string, number>): string {
  const shown = rows.filter(({ proofs }) => proofs.some(({ by }) => by !== 'not yet')).length
  return [
    '## The catalogue',
    '',
    `${shown} of ${rows.length} faults are shown; the others say why not yet. A test is a proof by its own run (\`npm test\`), the nemesis by the run above.`,
    '',
    ...table(
      ['fault', 'what', 'expected', 'shown by'],
      rows.map(({ id, fault, expected, proofs }) => [id, fault, expected, proofs.map((proof) => wordsOf(proof, times)).join('; ')]),
    ),
    '',
  ].join('\n')
}

function wordsOf(proof: Proof, times: ReadonlyMap<string, number>): string {
  if (proof.by === 'test') return `${proof.file} “${proof.name}”`
  if (proof.by === 'report') return `\`${proof.command}\`, ${proof.file}`
  if (proof.by === 'not yet') return `not yet: ${proof.reason}`
  return `nemesis ${proof.id}, ${times.get(proof.id) ?? 0} times`
}
