import type { BenchStack } from '../bench-stack.ts'
import { openFloorLane } from '../floor-lane.ts'
import type { Lane } from '../lane.ts'
import { measureLatency, measureThroughput, numbered } from '../measure-lane.ts'
import { type Figure, type Part, ratioTarget } from '../report/figures.ts'
import { openUsherLane } from '../usher-lane.ts'

/** The stream keeps 2,000 messages of one subject, so a flat-out round spreads over this many threads. */
const threads = 40

interface Round {
  usher: number
  floor: number
}

export interface SdkFloorOptions {
  stack: BenchStack
  rounds: number
  lines: readonly string[]
  log: (line: string) => void
}

/** The whole way through the SDK, screens included, against the NATS client on the bare broker. */
export async function measureSdkFloor({ stack, rounds, lines, log }: SdkFloorOptions): Promise<Part> {
  const lanes = (senders: number) => ({
    usher: () => openUsherLane({ demo: stack.demo, senders }),
    floor: () => openFloorLane({ natsUrl: stack.natsUrl, operator: stack.operator, senders }),
  })
  const latency: Round[] = []
  const throughput: Round[] = []
  // Round −1 warms both sides up and is not counted.
  for (let round = -1; round < rounds; round++) {
    const texts = (kind: string, lane: Lane) => numbered(lines, `${kind}${round}${lane.name[0]}`)
    const slow = await inTurn(lanes(10), round, async (lane) => {
      return (await measureLatency(lane, { perSecond: 100, count: 500, texts: texts('l', lane) })).screen.p50
    })
    const flat = await inTurn(lanes(threads), round, (lane) =>
      measureThroughput(lane, { window: 16, perSender: 500, texts: texts('t', lane) }),
    )
    if (round >= 0) {
      latency.push(slow)
      throughput.push(flat)
    }
    log(`round ${round + 1} of ${rounds} done`)
  }
  return partOf(latency, throughput)
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

function partOf(latency: readonly Round[], throughput: readonly Round[]): Part {
  const figure = (name: string, unit: string, rounds: readonly Round[]): Figure => ({
    name,
    unit,
    values: { 'Usher, SDK': rounds.map(({ usher }) => usher), 'JetStream, NATS client': rounds.map(({ floor }) => floor) },
  })
  const ours = (rounds: readonly Round[]) => rounds.map(({ usher }) => usher)
  const floors = (rounds: readonly Round[]) => rounds.map(({ floor }) => floor)
  return {
    title: 'The SDK against the floor',
    notes: ['Ten visitors at 100 messages/s, forty flat out, one other screen; both clients run in one process with the bench.'],
    figures: [figure('send → other screen, p50 at 100/s', 'ms', latency), figure('messages flat out', '/s', throughput)],
    targets: [
      ratioTarget('SDK, p50 at 100/s against the floor', ours(latency), floors(latency), { op: '≤', value: 1.5 }),
      ratioTarget('SDK, messages flat out against the floor', ours(throughput), floors(throughput), { op: '≥', value: 0.6 }),
    ],
  }
}
