import { isClean } from './compare.ts'
import type { Summary } from './measure.ts'
import type { Report } from './play.ts'

/** Nothing lost, doubled or out of order, on any screen or in Postgres. */
export const succeeded = (report: Report): boolean =>
  isClean(report.differences) && report.screens.twice === 0 && report.screens.never === 0

/** The report as people read it. */
export function formatReport(report: Report): string {
  const { differences: d, screens, times } = report
  const rows: [string, string | number][] = [
    ['dialogues', report.dialogues],
    ['messages sent', report.sent],
    ['messages saved', report.saved],
    ['missing', d.missing],
    ['duplicated', d.duplicated],
    ['out of order', d.outOfOrder],
    ['shown twice on a screen', screens.twice],
    ['never shown to the other side', screens.never],
    ['send → sent', formatTimes(times.sent)],
    ['send → other screen', formatTimes(times.screen)],
    ['send → saved', formatTimes(times.saved)],
    ['took', `${report.seconds.toFixed(1)} s`],
  ]
  return rows.map(([name, value]) => `  ${name.padEnd(30)} ${value}`).join('\n')
}

const formatTimes = ({ p50, p99, max }: Summary) => `p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms   max ${max.toFixed(0)} ms`
