import type { TalkShape } from '../load/open-talk.ts'
import type { Load } from '../load/start-load.ts'
import { chartOf, type Figure, type Part, ratioTarget, type Target } from '../report/figures.ts'
import type { Side } from '../sides/side.ts'
import { cpuPerMillion, measureFlat } from './throughput.ts'

type Size = Required<Omit<TalkShape, 'tabs'>>

/** What grows ×10 and ×100 while the rest stays. Every site needs a thread, so sites grow from ten times as many. */
const growing = {
  conversations: times((factor) => ({ threads: 40 * factor, sites: 1, agents: 1 })),
  agents: times((factor) => ({ threads: 40, sites: 1, agents: factor })),
  sites: times((factor) => ({ threads: 400, sites: factor, agents: 1 })),
}

function times(size: (factor: number) => Size): readonly [Size, Size, Size] {
  return [size(1), size(10), size(100)]
}

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

/** What a message costs when there are ten and a hundred times as many conversations, agents or sites. */
export async function measureGrowth({ sides, load, rounds, log }: GrowthOptions): Promise<Part> {
  // A size of two dimensions is measured once.
  const sizes = [
    ...new Map(
      Object.values(growing)
        .flat()
        .map((size) => [nameOf(size), size]),
    ).values(),
  ]
  const most = (of: (size: Size) => number) => Math.max(...sizes.map(of))
  for (const side of sides) await side.makeStaff?.({ sites: most((size) => size.sites), agents: most((size) => size.agents) })
  const costs = new Map(sizes.map((size) => [nameOf(size), new Map<string, number[]>(sides.map((side) => [side.name, []]))]))
  for (let round = 1; round <= rounds; round++) {
    for (const size of sizes) {
      const { threads } = size
      const run = { ...size, tabs: 1, window: Math.max(1, Math.floor(inFlight / threads)), perThread: messages / threads }
      for (const side of sides)
        costs
          .get(nameOf(size))
          ?.get(side.name)
          ?.push(cpuPerMillion(await measureFlat(load, side, run)))
      log(`round ${round} of ${rounds}, ${nameOf(size)} done`)
    }
  }
  return partOf(
    new Map(
      [...costs].map(([size, values]): [string, Figure] => [
        size,
        { name: `CPU a message, ${size}`, unit: 'µs', values: Object.fromEntries(values) },
      ]),
    ),
    sides,
  )
}

function partOf(figures: ReadonlyMap<string, Figure>, [usher, peer]: readonly Side[]): Part {
  const at = (size: Size): Figure => figures.get(nameOf(size)) as Figure
  const costs = (figure: Figure, side: Side | undefined) => figure.values[side?.name ?? ''] ?? []
  const grown = (name: keyof typeof growing): Target => {
    const [small, , large] = growing[name]
    return ratioTarget(`cost of a message, ×100 ${name} against ×1`, costs(at(large), usher), costs(at(small), usher), {
      op: '≤',
      value: 2,
    })
  }
  const crowd = at(growing.agents[2])
  return {
    title: 'Growth',
    notes: [
      `${messages.toLocaleString('en')} messages, spread over all open conversations of one tab, after one message in each.`,
      'One site and one agent online where nothing else is said; an agent sees every message of their site, so with 100 agents a message goes to 101 screens. Each of several sites has an agent of its own.',
    ],
    figures: [...figures.values()],
    targets: [
      grown('conversations'),
      grown('sites'),
      ratioTarget(`CPU a message, 100 agents, against ${peer?.name}`, costs(crowd, usher), costs(crowd, peer), { op: '≤', value: 1 }),
    ],
    charts: Object.entries(growing).map(([name, sizes]) => chartOf(`growth-${name}`, `CPU a message as ${name} grow`, sizes.map(at))),
  }
}

const nameOf = ({ threads, agents, sites }: Size): string =>
  [
    `${threads.toLocaleString('en')} conversations open`,
    ...(agents > 1 ? [`${agents} agents online`] : []),
    ...(sites > 1 ? [`${sites} sites`] : []),
  ].join(', ')
