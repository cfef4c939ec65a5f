import type { RateResult } from '../load/run-rate.ts'
import type { Load } from '../load/start-load.ts'
import { diskSyncMs } from '../machine/disk-sync.ts'
import { chartOf, type Figure, type Part, ratioTarget, type Target } from '../report/figures.ts'
import type { Side } from '../sides/side.ts'
import { interleave, pick, type Rounds } from './interleave.ts'

const rates = [10, 100, 1_000] as const
const threads = 10

export interface LatencyOptions {
  sides: readonly Side[]
  load: Load
  rounds: number
  /** How long a rate is held, s. */
  seconds: number
  /** Names of the sides that the targets are about. */
  names: { usher: string; floor: string; peer: string }
  log: (line: string) => void
}

type Measured = Record<(typeof rates)[number], RateResult>

/** Open loop at three rates: send → acknowledged, and send → on the agent's screen. */
export async function measureLatencies(options: LatencyOptions): Promise<Part> {
  const { sides, load, rounds, seconds, names, log } = options
  const syncMs = await diskSyncMs()
  const measured = await interleave({ sides, rounds, log, measure: (side, round) => measureSide(load, side, round < 0 ? 1 : seconds) })
  const figures = rates.flatMap((rate) => figuresOf(measured, rate))
  return {
    title: 'Latency',
    notes: [
      `${threads} threads of two tabs, one agent; a message every 1/rate s for ${seconds} s a round, whatever the earlier ones do.`,
      'Screen: until the agent has it. Fewer than a thousand messages a round: p99.9 is the maximum.',
      `Who answers after a COMMIT waits for the disk: it keeps 8 KiB within ${syncMs.toFixed(2)} ms here (median).`,
    ],
    figures,
    targets: targetsOf(measured, names),
    charts: [
      chartOf(
        'latency',
        'Send → other screen, median',
        figures.filter(({ name }) => name.includes('screen') && name.endsWith('p50')),
      ),
    ],
  }
}

async function measureSide(load: Load, side: Side, seconds: number): Promise<Measured> {
  await load.run('open', { target: side.target, threads, tabs: 2 })
  try {
    await load.run('warm', {})
    const at = (perSecond: number) => load.run('rate', { perSecond, count: perSecond * seconds })
    return { 10: await at(10), 100: await at(100), 1000: await at(1_000) }
  } finally {
    await load.run('close', {})
  }
}

const quantiles = { p50: 'p50', p99: 'p99', p999: 'p99.9' } as const

function figuresOf(measured: Rounds<Measured>, rate: (typeof rates)[number]): Figure[] {
  const legs = { screen: 'other screen', acked: 'acknowledged' } as const
  return (Object.keys(legs) as (keyof typeof legs)[]).flatMap((leg) =>
    (Object.keys(quantiles) as (keyof typeof quantiles)[]).map((quantile) => ({
      name: `${rate}/s → ${legs[leg]}, ${quantiles[quantile]}`,
      unit: 'ms',
      values: pick(measured, (result) => result[rate][leg][quantile]),
    })),
  )
}

function targetsOf(measured: Rounds<Measured>, { usher, floor, peer }: LatencyOptions['names']): Target[] {
  const at = (rate: (typeof rates)[number], quantile: 'p50' | 'p99') => pick(measured, (result) => result[rate].screen[quantile])
  return rates.flatMap((rate) => {
    const [p50, p99] = [at(rate, 'p50'), at(rate, 'p99')]
    const ours = [p50[usher] ?? [], p99[usher] ?? []] as const
    return [
      ratioTarget(`p50 at ${rate}/s against the floor`, ours[0], p50[floor] ?? [], { op: '≤', value: 1.3 }),
      ratioTarget(`p50 at ${rate}/s against ${peer}`, ours[0], p50[peer] ?? [], { op: '≤', value: 0.6 }),
      ratioTarget(`p99 at ${rate}/s against ${peer}`, ours[1], p99[peer] ?? [], { op: '≤', value: 1 }),
    ]
  })
}
