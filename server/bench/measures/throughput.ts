import type { TalkShape } from '../load/open-talk.ts'
import type { FlatResult } from '../load/run-flat.ts'
import type { Load } from '../load/start-load.ts'
import { type Usage, usageOfAll } from '../machine/process-usage.ts'
import { startProfile } from '../machine/profile-process.ts'
import { untilSteady } from '../machine/until-steady.ts'
import { chartOf, type Figure, type Part, ratioTarget } from '../report/figures.ts'
import type { Side } from '../sides/side.ts'
import { interleave, pick, type Rounds } from './interleave.ts'

const threads = 40
/** The stream keeps 2,000 messages of one thread; the slower a side, the fewer, so that a round takes all about as long. */
const perThread = { usher: 400, floor: 400, 'socket-io': 150, 'listen-notify': 60 } as const
const window = 16

export interface ThroughputOptions {
  sides: readonly Side[]
  load: Load
  rounds: number
  names: { usher: string; peer: string }
  /** Keeps a profile of each server's first counted round. */
  keepProfile?: (name: string, profile: object) => Promise<void>
  log: (line: string) => void
}

/** A flat-out run and what it cost. */
export interface FlatCost extends FlatResult {
  /** By what the process is; `load` is the generator. */
  usage: Record<string, Usage>
}

/** Closed loop flat out: durable messages a second, and what each process spent on them. */
export async function measureThroughputs(options: ThroughputOptions): Promise<Part> {
  const { sides, load, rounds, names, keepProfile, log } = options
  const measure = (side: Side, round: number) => {
    const run = () => measureFlat(load, side, { threads, tabs: 2, window, perThread: perThread[side.target.kind] })
    return keepProfile !== undefined && round === 0 ? profiled(side, run, keepProfile) : run()
  }
  const measured = await interleave({ sides, rounds, log, measure })
  const rate = { name: 'messages, durable and on every screen', unit: '/s', values: pick(measured, durablePerSecond) }
  const cpu = { name: 'CPU a million messages, all processes', unit: 's', values: pick(measured, cpuPerMillion) }
  const of = (figure: Figure, name: string) => figure.values[name] ?? []
  return {
    title: 'Throughput',
    notes: [
      `${threads} threads of two tabs, one agent, ${window} messages of a thread unacknowledged, flat out, all on the same two cores.`,
      'A message counts when it is committed in Postgres (at the floor: in the stream) and on all three screens.',
    ],
    figures: [rate, cpu, ...figuresByProcess(measured)],
    targets: [
      ratioTarget(`durable throughput against ${names.peer}`, of(rate, names.usher), of(rate, names.peer), { op: '≥', value: 3 }),
      ratioTarget(`CPU a durable message against ${names.peer}`, of(cpu, names.usher), of(cpu, names.peer), { op: '≤', value: 0.5 }),
    ],
    charts: [chartOf('throughput', 'Messages flat out', [rate]), chartOf('cpu', 'CPU a million messages, all server processes', [cpu])],
  }
}

/** Nobody worked for a third of a second. */
const quiet = { looks: 2, everyMs: 300, tolerance: 0.0005, patienceMs: 10_000 }

/** Opens threads, says one message in each, runs flat out, and tells what every process spent meanwhile. */
export async function measureFlat(
  load: Load,
  side: Side,
  { window, perThread, ...shape }: TalkShape & { window: number; perThread: number },
): Promise<FlatCost> {
  await load.run('open', { target: side.target, ...shape })
  try {
    await load.run('warm', {})
    // Opening conversations goes on behind the last acknowledgement; it is no part of the cost of a message.
    await untilSteady(() => usageOfAll(Object.values(side.processes()).flat()).cpuSeconds, quiet)
    const read = () => usageByName({ ...side.processes(), load: [load.pid] })
    const before = read()
    const result = await load.run('flat', { window, perThread })
    return { ...result, usage: spent(before, read()) }
  } finally {
    await load.run('close', {})
  }
}

const usageByName = (processes: Record<string, number[]>): Record<string, Usage> =>
  Object.fromEntries(Object.entries(processes).map(([name, pids]) => [name, usageOfAll(pids)]))

/** CPU since `before`; memory as it stands. */
const spent = (before: Record<string, Usage>, after: Record<string, Usage>): Record<string, Usage> =>
  Object.fromEntries(
    Object.entries(after).map(([name, { cpuSeconds, memoryBytes }]) => [
      name,
      { cpuSeconds: cpuSeconds - (before[name]?.cpuSeconds ?? 0), memoryBytes },
    ]),
  )

const durablePerSecond = ({ messages, savedSeconds, screenSeconds }: FlatCost): number => messages / Math.max(savedSeconds, screenSeconds)

/** CPU seconds a million messages of all server processes together. */
export const cpuPerMillion = ({ messages, usage }: FlatCost): number =>
  Object.entries(usage)
    .filter(([name]) => name !== 'load')
    .reduce((sum, [, { cpuSeconds }]) => sum + (cpuSeconds / messages) * 1e6, 0)

function figuresByProcess(measured: Rounds<FlatCost>): Figure[] {
  const names = [...new Set([...measured.values()].flat().flatMap(({ usage }) => Object.keys(usage)))]
  const having = (name: string): Rounds<FlatCost> => new Map([...measured].filter(([, [first]]) => first?.usage[name] !== undefined))
  const figure = (name: string, what: string, unit: string, read: (cost: FlatCost) => number): Figure => ({
    name: `${what} of ${name === 'load' ? 'the load generator (not counted above)' : name}`,
    unit,
    values: pick(having(name), read),
  })
  return [
    ...names.map((name) =>
      figure(name, 'CPU a million messages', 's', (cost) => ((cost.usage[name]?.cpuSeconds ?? 0) / cost.messages) * 1e6),
    ),
    ...names
      .filter((name) => name !== 'load')
      .map((name) => figure(name, 'memory after a round', 'MB', (cost) => (cost.usage[name]?.memoryBytes ?? 0) / 1e6)),
  ]
}

async function profiled(
  side: Side,
  run: () => Promise<FlatCost>,
  keep: (name: string, profile: object) => Promise<void>,
): Promise<FlatCost> {
  const [pid] = side.processes().server ?? []
  if (pid === undefined || side.inspectPort === undefined) return run()
  const profile = await startProfile({ pid, port: side.inspectPort })
  const cost = await run()
  await keep(side.target.kind, await profile.stop())
  return cost
}
