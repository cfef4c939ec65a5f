import type { Attempt, Verdict } from './attempt.ts'
import type { AttackResult } from './run-attacks.ts'

/** How many attempts of a row are told in words; all stand in the JSON. */
const toldAttempts = 8

/** The table as people read it. */
export function markdownReport(results: readonly AttackResult[], at: Date): string {
  const rows = results.map(
    ({ id, title, verdict, attempts }) => `| ${id} | ${cell(title)} | ${cell(told(attempts))} | ${cell(wordOf(verdict, attempts))} |`,
  )
  return [
    '# Attacks',
    '',
    `Made by \`npm run attacks\` on ${at.toISOString().slice(0, 10)}: ${summaryLine(results)}. Every attempt with its answer stands in \`attacks.json\`.`,
    '',
    '| case | attack | what was tried | result |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

/** One line for each case on the screen, with what broke under it. */
export function screenLines({ id, title, verdict, attempts, seconds }: AttackResult): string[] {
  const tried = attempts.filter(({ result }) => result !== 'unknown').length
  const head = `  ${id.padEnd(4)} ${verdict.padEnd(8)} ${`${tried} tried`.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s  ${title}`
  const broken = attempts.filter(({ result }) => result === 'broken').map(({ tried, came }) => `         ✗ ${tried}: ${came}`)
  const open = attempts.filter(({ result }) => result === 'unknown').map(({ tried, came }) => `         – ${tried}: ${came}`)
  return [head, ...broken, ...open]
}

/** `34 pass, 0 FAIL, 9 not yet`. */
export function summaryLine(results: readonly AttackResult[]): string {
  const count = (wanted: Verdict): string => `${results.filter(({ verdict }) => verdict === wanted).length} ${wanted}`
  return `${count('pass')}, ${count('FAIL')}, ${count('not yet')}`
}

function told(attempts: readonly Attempt[]): string {
  const tried = attempts.filter(({ result }) => result !== 'unknown').map((attempt) => attempt.tried)
  const more = tried.length - toldAttempts
  return [...tried.slice(0, toldAttempts), ...(more > 0 ? [`and ${more} more`] : [])].join(' · ')
}

function wordOf(verdict: Verdict, attempts: readonly Attempt[]): string {
  const remarks = attempts.filter(({ result }) => result === (verdict === 'FAIL' ? 'broken' : 'unknown'))
  return [verdict, ...remarks.map(({ tried, came }) => (verdict === 'not yet' ? came : `${tried}: ${came}`))].join(' · ')
}

const cell = (text: string): string =>
  text
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
