import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pause } from '../replay/wait.ts'
import { readMemory } from '../test/read-memory.ts'
import { table } from './format-report.ts'
import { createLine } from './line.ts'
import { createObserved } from './observed.ts'
import { type Person, startAgent, startVisitor } from './people.ts'
import { createRandom, type Random } from './random.ts'
import { afterWarmUp, type Sample, slopeOf } from './slope.ts'
import { type Cluster, startCluster } from './start-cluster.ts'

const usage = `Lets clients talk and reconnect for hours, and looks at the memory of server and broker every minute.

  npm run soak -- [options]

  --hours H       how long                                        (2)
  --visitors N    who write, and are cut now and then             (20)
  --limit M       most MiB an hour the memory may grow, behind the first quarter of the run  (24)
  --out DIR       where results go                                (server/faults/results)`

const options = {
  hours: { type: 'string', default: '2' },
  visitors: { type: 'string', default: '20' },
  limit: { type: 'string', default: '24' },
  out: { type: 'string', default: join(import.meta.dirname, 'results') },
  help: { type: 'boolean', default: false },
} as const

const minuteMs = 60_000
const mebibyte = 2 ** 20

/** The seconds a line lives, shortest and longest, before it is cut. */
const lineSeconds = [5, 60] as const

/** Cuts one line after the other, for ever: reconnects are what leaks. */
function keepCutting(people: readonly Person[], random: Random): () => void {
  const timers = people.map(({ line }, index) => {
    const next = (): void => {
      line.proxy.cut()
      timers[index] = setTimeout(next, random.between(...lineSeconds) * 1_000)
    }
    return setTimeout(next, random.between(...lineSeconds) * 1_000)
  })
  return () => timers.forEach(clearTimeout)
}

async function gather(cluster: Cluster, visitors: number): Promise<Person[]> {
  const observed = createObserved()
  // What was seen is judged by the checker; here it would only grow.
  const forget = setInterval(() => {
    for (const list of [observed.said, observed.told, observed.heard]) list.length = 0
  }, minuteMs)
  forget.unref()
  const common = async (index: number) => {
    const line = await createLine(cluster.ports)
    return { line, random: createRandom(index), observed, losses: () => 0, onSaved: () => {} }
  }
  const talking = await Promise.all(
    Array.from({ length: visitors }, async (_, index) =>
      startVisitor({ ...(await common(index)), name: `visitor${index}`, pace: [2_000, 6_000], siteKey: cluster.siteKey }),
    ),
  )
  const answers = talking.map(({ visitor }) => visitor)
  const agents = cluster.agents.map(async (login, index) =>
    startAgent({
      ...(await common(visitors + index)),
      ...{ name: `agent${index}`, login, site: cluster.site, answers, watches: [], pace: [400, 1_200] },
    }),
  )
  return [...talking, ...(await Promise.all(agents))]
}

interface Series {
  name: string
  read: () => number
  samples: Sample[]
}

async function watch(cluster: Cluster, minutes: number): Promise<Series[]> {
  const series: Series[] = [
    { name: 'server', read: () => readMemory(cluster.servers[0]!.pid() ?? 0), samples: [] },
    { name: 'nats-server', read: () => cluster.nats.memory(), samples: [] },
  ]
  for (let minute = 0; minute <= minutes; minute++) {
    for (const { read, samples } of series) samples.push({ minute, value: read() / mebibyte })
    const said = series.map(({ name, samples }) => `${name} ${samples.at(-1)!.value.toFixed(1)} MiB`)
    console.log(`${String(minute).padStart(4)} min  ${said.join('   ')}`)
    if (minute < minutes) await pause(minuteMs)
  }
  return series
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const [hours, visitors, limit] = [Number(values.hours), Number(values.visitors), Number(values.limit)]
  if (!(hours > 0 && visitors > 0 && limit > 0)) throw new Error('unable to begin; hours, visitors and limit must be positive numbers')
  await using cluster = await startCluster({ servers: 1, agents: 2, capacity: visitors, disks: false })
  const people = await gather(cluster, visitors)
  const stopCutting = keepCutting(people, createRandom(1))
  const series = await watch(cluster, Math.max(1, Math.round(hours * 60)))
  stopCutting()
  await Promise.all(people.map((person) => person.close()))
  await Promise.all(people.map(({ line }) => line[Symbol.asyncDispose]()))

  const slopes = series.map(({ name, samples }) => ({ name, samples, perHour: slopeOf(afterWarmUp(samples)) * 60 }))
  const rows = slopes.map(({ name, samples, perHour }) => [
    name,
    `${samples[0]!.value.toFixed(1)}`,
    `${samples.at(-1)!.value.toFixed(1)}`,
    perHour.toFixed(1),
  ])
  const page = [
    '# Soak',
    '',
    `${hours} h, ${visitors} visitors, at most ${limit} MiB an hour.`,
    '',
    ...table(['process', 'first, MiB', 'last, MiB', 'MiB an hour'], rows),
    '',
  ].join('\n')
  console.log(page)
  await mkdir(values.out, { recursive: true })
  await writeFile(join(values.out, 'soak.md'), page)
  await writeFile(join(values.out, 'soak.json'), `${JSON.stringify({ hours, visitors, limit, slopes }, null, 2)}\n`)
  return slopes.every(({ perHour }) => perHour <= limit) ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  },
)
