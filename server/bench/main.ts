import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { readDialogues } from '../replay/dialogues.ts'
import { type BenchStack, startBenchStack } from './bench-stack.ts'
import { openFloorLane } from './floor-lane.ts'
import { benchHistory } from './history.ts'
import type { Lane } from './lane.ts'
import { measureLatency, measureThroughput, numbered } from './measure-lane.ts'
import { type Comparison, compare, formatTable } from './ratio.ts'
import { openUsherLane } from './usher-lane.ts'

const usage = `Measures Usher against the floor of the same parts in the same run, in interleaved rounds.

  npm run bench -- [--rounds N] [--file FILE] [--out FOLDER] [--only latency,throughput,history]`

const options = {
  rounds: { type: 'string', default: '5' },
  file: { type: 'string', default: 'examples/dialogues.jsonl' },
  out: { type: 'string', default: 'server/bench/results' },
  only: { type: 'string', default: 'latency,throughput,history' },
  help: { type: 'boolean', default: false },
} as const

/** The stream keeps 2,000 messages of one subject, so a flat-out round spreads over this many threads. */
const threads = 40

interface Round {
  usher: number
  floor: number
}

/** Opens, measures and closes one lane after the other; who begins alternates, so neither side always has the warm machine. */
async function inTurn(
  open: Record<keyof Round, () => Promise<Lane>>,
  round: number,
  measure: (lane: Lane) => Promise<number>,
): Promise<Round> {
  const result: Round = { usher: 0, floor: 0 }
  const order: (keyof Round)[] = round % 2 === 0 ? ['floor', 'usher'] : ['usher', 'floor']
  for (const side of order) {
    const lane = await open[side]()
    try {
      result[side] = await measure(lane)
    } finally {
      await lane.close()
    }
  }
  return result
}

async function benchLanes(stack: BenchStack, rounds: number, lines: readonly string[], only: readonly string[]): Promise<Comparison[]> {
  const lanes = (senders: number) => ({
    usher: () => openUsherLane({ demo: stack.demo, senders }),
    floor: () => openFloorLane({ natsUrl: stack.natsUrl, operator: stack.operator, senders }),
  })
  const latency: Round[] = []
  const throughput: Round[] = []
  // Round −1 warms both sides up and is not counted.
  for (let round = -1; round < rounds; round++) {
    const texts = (kind: string, lane: Lane) => numbered(lines, `${kind}${round}${lane.name[0]}`)
    if (only.includes('latency')) {
      const one = await inTurn(
        lanes(10),
        round + 2,
        async (lane) => (await measureLatency(lane, { perSecond: 100, count: 500, texts: texts('l', lane) })).screen.p50,
      )
      if (round >= 0) latency.push(one)
    }
    if (only.includes('throughput')) {
      const one = await inTurn(lanes(threads), round + 2, (lane) =>
        measureThroughput(lane, { window: 16, perSender: 500, texts: texts('t', lane) }),
      )
      if (round >= 0) throughput.push(one)
    }
    console.error(`  round ${round + 1} of ${rounds} done`)
  }
  const sides = (list: readonly Round[]) => ({ usher: list.map((one) => one.usher), floor: list.map((one) => one.floor) })
  return [
    ...(latency.length > 0
      ? [compare({ name: 'send → other screen, p50 at 100 messages/s', unit: 'ms', ...sides(latency), target: { op: '≤', value: 1.5 } })]
      : []),
    ...(throughput.length > 0
      ? [compare({ name: 'messages flat out', unit: '/s', ...sides(throughput), target: { op: '≥', value: 0.6 } })]
      : []),
  ]
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const rounds = Number(values.rounds)
  if (!(rounds >= 1)) throw new Error(`unable to measure; --rounds must be a positive number, not "${values.rounds}"`)
  const only = values.only.split(',')
  const lines = (await readDialogues(values.file)).flatMap(({ turns }) => turns.map(({ text }) => text))
  const rows: Comparison[] = []
  if (only.includes('latency') || only.includes('throughput')) {
    const stack = await startBenchStack()
    try {
      rows.push(...(await benchLanes(stack, rounds, lines, only)))
    } finally {
      await stack.stop()
    }
  }
  if (only.includes('history')) rows.push(await benchHistory({ rounds, lines }))
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`
  const table = `${formatTable(rows)}\n\n${machine}; medians of ${rounds} interleaved rounds after one warm-up.\n`
  console.log(table)
  await mkdir(values.out, { recursive: true })
  await writeFile(`${values.out}/main.md`, table)
  const targets = rows.map(({ name, ratio, target, met }) => ({ name, value: ratio.median, target: `${target.op} ${target.value}`, met }))
  await writeFile(`${values.out}/main.json`, `${JSON.stringify({ machine, rounds, rows, targets }, null, 2)}\n`)
  return rows.every(({ met }) => met) ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error)
    process.exit(2)
  },
)
