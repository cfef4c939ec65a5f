import type { Load } from '../load/start-load.ts'
import { chartOf, type Part, valueTarget } from '../report/figures.ts'
import type { Side } from '../sides/side.ts'
import { cpuPerMillion, type FlatCost, measureFlat } from './throughput.ts'

/** Conversations open at once: ×1, ×10, ×100. */
const sizes = [40, 400, 4_000] as const
/** Messages of a run, over all threads. */
const messages = 8_000
/** Messages on their way at once, over all threads: the same for every size. */
const inFlight = 400

export interface GrowthOptions {
  sides: readonly Side[]
  load: Load
  rounds: number
  log: (line: string) => void
}

/** What a message costs when ten and a hundred times as many conversations are open. */
export async function measureGrowth({ sides, load, rounds, log }: GrowthOptions): Promise<Part> {
  const costs = new Map<string, FlatCost[]>()
  for (let round = 0; round < rounds; round++) {
    for (const threads of sizes) {
      for (const side of sides) {
        const run = { threads, tabs: 1, window: Math.max(1, Math.floor(inFlight / threads)), perThread: messages / threads }
        const key = keyOf(threads, side.name)
        costs.set(key, [...(costs.get(key) ?? []), await measureFlat(load, side, run)])
      }
      log(`growth: ${threads} conversations done`)
    }
  }
  const values = (threads: number, side: Side) => (costs.get(keyOf(threads, side.name)) ?? []).map(cpuPerMillion)
  const figures = sizes.map((threads) => ({
    name: `CPU a message, ${threads.toLocaleString('en')} conversations open`,
    unit: 'µs',
    values: Object.fromEntries(sides.map((side) => [side.name, values(threads, side)])),
  }))
  const [small, , large] = sizes
  const ratio = (side: Side) => middle(values(large, side)) / middle(values(small, side))
  return {
    title: 'Growth',
    notes: [
      `${messages.toLocaleString('en')} messages, spread over all open conversations of one tab and one agent, after one message in each.`,
      'Agents and sites ×10 and ×100: not yet; the demo has one site, and there is no command yet that makes more.',
    ],
    figures,
    targets: sides
      .slice(0, 1)
      .map((side) => valueTarget('cost of a message, ×100 conversations against ×1', ratio(side), '×', { op: '≤', value: 2 })),
    charts: [chartOf('growth', 'CPU a message as conversations grow', figures)],
  }
}

const keyOf = (threads: number, name: string): string => `${threads} ${name}`

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
