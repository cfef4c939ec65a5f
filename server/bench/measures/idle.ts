import type { Load } from '../load/start-load.ts'
import { usageOfAll } from '../machine/process-usage.ts'
import { untilSteady } from '../machine/until-steady.ts'
import { chartOf, type Figure, type Part, ratioTarget, valueTarget } from '../report/figures.ts'
import type { Side } from '../sides/side.ts'

export interface IdleOptions {
  /** Starts a side anew: memory freed by earlier runs would hide what a visitor takes. */
  start: readonly { name: string; side: () => Promise<Side> }[]
  load: Load
  sizes: readonly number[]
  /** Visitors one process can hold, which the machine's limit of open files sets. */
  most: number
  names: { usher: string; peer: string }
  log: (line: string) => void
}

/** Memory a visitor who says nothing takes, bytes, by number of visitors: of all processes, and of each kind. */
type Taken = Map<number, Record<string, number>>

const all = 'server and broker'

/** Visitors who are there and say nothing: what each takes at server and broker. */
export async function measureIdle({ start, load, sizes, most, names, log }: IdleOptions): Promise<Part> {
  const taken = new Map<string, Taken>()
  for (const { name, side } of start) {
    taken.set(name, await measureSide({ side: await side(), load, sizes, log: (line) => log(`${name}: ${line}`) }))
  }
  const at = (size: number, name: string, process = all): number[] => {
    const bytes = taken.get(name)?.get(size)?.[process]
    return bytes === undefined ? [] : [bytes / 1_024]
  }
  const figureOf = (size: number, process: string): Figure => ({
    name: `memory a visitor of ${process}, ${size.toLocaleString('en')} there`,
    unit: 'KiB',
    values: Object.fromEntries(start.map(({ name }) => [name, at(size, name, process)])),
  })
  const totals = sizes.map((size) => figureOf(size, all))
  const figures = [...totals, ...sizes.flatMap((size) => ['server', 'nats-server', 'redis'].map((process) => figureOf(size, process)))]
  const reached = Math.max(0, ...(taken.get(names.usher)?.keys() ?? []))
  const compared = sizes.filter((size) => at(size, names.usher).length > 0 && at(size, names.peer).length > 0)
  return {
    title: 'Idle visitors',
    notes: [
      'One socket a visitor, server and broker (Usher: nats-server; the peer: Redis) together, once both stand still; freshly started.',
      `A process may hold ${most.toLocaleString('en')} files here, so Usher spreads over as many servers as that takes.`,
    ],
    figures,
    targets: [
      ...compared.map((size) =>
        ratioTarget(
          `memory an idle visitor against ${names.peer}, ${size.toLocaleString('en')} there`,
          at(size, names.usher),
          at(size, names.peer),
          { op: '≤', value: 1 },
        ),
      ),
      valueTarget('idle visitors at once', reached, 'visitors', { op: '≥', value: 20_000 }),
    ],
    charts: [chartOf('idle', 'Memory an idle visitor', totals)],
  }
}

async function measureSide(options: { side: Side; load: Load; sizes: readonly number[]; log: (line: string) => void }): Promise<Taken> {
  const { side, load, sizes, log } = options
  const taken: Taken = new Map()
  try {
    // Before anybody comes: a server holds two files a visitor, and what servers take without visitors is not the visitors'.
    await side.makeRoom?.(Math.max(...sizes))
    const empty = await steadyMemory(side)
    for (const size of sizes) {
      await load.run('idle', { target: side.target, count: size })
      const each = perVisitor(await steadyMemory(side), empty, size)
      taken.set(size, each)
      log(`${size} visitors, KiB each: ${Object.entries(each).map(([name, bytes]) => `${name} ${Math.round(bytes / 1_024)}`)}`)
    }
  } catch (error) {
    log(`no more visitors: ${error instanceof Error ? error.message : error}`)
  } finally {
    await load.run('idleClose', {})
    await side.stop()
  }
  return taken
}

/** Memory of everything but Postgres, which does not know of sockets, once it stands still. */
async function steadyMemory(side: Side): Promise<Record<string, number>> {
  const read = () => Object.entries(side.processes()).filter(([name]) => name !== 'postgres')
  const bytes = () => read().map(([name, pids]) => [name, usageOfAll(pids).memoryBytes] as const)
  await untilSteady(() => bytes().reduce((sum, [, count]) => sum + count, 0))
  return Object.fromEntries(bytes())
}

function perVisitor(full: Record<string, number>, empty: Record<string, number>, size: number): Record<string, number> {
  const each = Object.entries(full).map(([name, bytes]) => [name, (bytes - (empty[name] ?? 0)) / size] as const)
  return { [all]: each.reduce((sum, [, bytes]) => sum + bytes, 0), ...Object.fromEntries(each) }
}
