import type { BenchStack } from '../bench-stack.ts'
import { openFloorLane } from '../floor-lane.ts'
import type { Lane } from '../lane.ts'
import { measureLatency, measureThroughput, numbered } from '../measure-lane.ts'
import { type Figure, type Part, ratioTarget } from '../report/figures.ts'
import { openUsherLane } from '../usher-lane.ts'
import { interleave, pick, type Rounds } from './interleave.ts'

/** The stream keeps 2,000 messages of one subject, so a flat-out round spreads over this many threads. */
const threads = 40

const names = {
  chain: 'Usher, SDK → edge → stream → SDK',
  whole: 'Usher, with history and router beside it',
  floor: 'JetStream, NATS client',
}

interface LaneSide {
  name: string
  open: (senders: number) => Promise<Lane>
}

interface Measured {
  /** Send → other screen, p50 at 100/s, ms. */
  latency: number
  /** Messages a second flat out. */
  flat: number
}

export interface SdkFloorOptions {
  /** The door and the stream without workers; the floor is on its broker. */
  chain: BenchStack
  /** Everything, as `npm start` runs it. */
  whole: BenchStack
  rounds: number
  lines: readonly string[]
  log: (line: string) => void
}

/** The way of a message through the SDK, screens included, against the NATS client on the bare broker. */
export async function measureSdkFloor({ chain, whole, rounds, lines, log }: SdkFloorOptions): Promise<Part> {
  const { natsUrl, operator } = chain
  const sides: LaneSide[] = [
    { name: names.chain, open: (senders) => openUsherLane({ demo: chain.demo, senders }) },
    { name: names.floor, open: (senders) => openFloorLane({ natsUrl, operator, senders }) },
    { name: names.whole, open: (senders) => openUsherLane({ demo: whole.demo, senders }) },
  ]
  return partOf(await interleave({ sides, rounds, log, measure: (side, round) => measureSide(side, round, lines) }))
}

async function measureSide({ name, open }: LaneSide, round: number, lines: readonly string[]): Promise<Measured> {
  const texts = (kind: string) => numbered(lines, `${kind}${round} ${name}`)
  const latency = await through(open(10), async (lane) => {
    return (await measureLatency(lane, { perSecond: 100, count: 500, texts: texts('slow') })).screen.p50
  })
  const flat = await through(open(threads), (lane) => measureThroughput(lane, { window: 16, perSender: 500, texts: texts('flat') }))
  return { latency, flat }
}

async function through(opening: Promise<Lane>, measure: (lane: Lane) => Promise<number>): Promise<number> {
  const lane = await opening
  try {
    return await measure(lane)
  } finally {
    await lane.close()
  }
}

function partOf(measured: Rounds<Measured>): Part {
  const latency: Figure = { name: 'send → other screen, p50 at 100/s', unit: 'ms', values: pick(measured, (result) => result.latency) }
  const flat: Figure = { name: 'messages flat out', unit: '/s', values: pick(measured, (result) => result.flat) }
  const against = (figure: Figure, side: string) => [figure.values[side] ?? [], figure.values[names.floor] ?? []] as const
  return {
    title: 'The SDK against the floor',
    notes: [
      'Ten visitors at 100 messages/s, forty flat out, one other screen; the clients of a side run in one process with the bench.',
      'The floor does not write history, so the way of a message is held against it without the workers too, see decision 0009.',
    ],
    figures: [latency, flat],
    targets: [
      ratioTarget('SDK, p50 at 100/s against the floor', ...against(latency, names.chain), { op: '≤', value: 1.5 }),
      ratioTarget('SDK, messages flat out against the floor', ...against(flat, names.chain), { op: '≥', value: 0.6 }),
      ratioTarget('SDK with all workers, p50 at 100/s against the floor', ...against(latency, names.whole), { op: '≤', value: 1.5 }),
      ratioTarget('SDK with all workers, messages flat out against the floor', ...against(flat, names.whole), { op: '≥', value: 0.6 }),
    ],
  }
}
