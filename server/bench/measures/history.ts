import type { BenchStack } from '../bench-stack.ts'
import { type Figure, type Part, ratioTarget } from '../report/figures.ts'
import { measureFirstPage } from './first-page.ts'
import { measureHistoryRows } from './history-rows.ts'

export interface HistoryOptions {
  stack: BenchStack
  rounds: number
  lines: readonly string[]
  /** Rows at which pages are read. */
  sizes: readonly number[]
  log: (line: string) => void
}

/** How fast history writes, and how fast a page is read when there is a lot of it. */
export async function measureHistory({ stack, rounds, lines, sizes, log }: HistoryOptions): Promise<Part> {
  const rows = await measureHistoryRows({ rounds, lines, log })
  const pages = await measureFirstPage({ stack, lines, sizes, log })
  const written: Figure = {
    name: 'history, rows into Postgres',
    unit: '/s',
    values: { Usher: rows.usher, 'bare inserts': rows.floor },
  }
  const read = [...pages].flatMap(([size, { p50, p99 }]): Figure[] => [
    { name: `first page at ${size.toLocaleString('en')} rows, p50`, unit: 'ms', values: { Usher: [p50] } },
    { name: `first page at ${size.toLocaleString('en')} rows, p99`, unit: 'ms', values: { Usher: [p99] } },
  ])
  return {
    title: 'History',
    notes: [
      'Rows: the station drains the stream, against the same rows put into the same table by bare inserts of as many at once.',
      'First page: GET /v1/thread of random threads, one after the other. Search: not yet, there is no search to measure.',
    ],
    figures: [written, ...read],
    targets: [ratioTarget('history, rows/s against bare inserts', rows.usher, rows.floor, { op: '≥', value: 0.5 })],
  }
}
