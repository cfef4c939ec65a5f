import { pause } from '../replay/wait.ts'
import { readMemory } from '../test/read-memory.ts'
import { startSavedAudit } from './audit-saved.ts'
import { checkInvariants, type Invariant } from './check-invariants.ts'
import type { Fault, Stage } from './fault.ts'
import { createLine } from './line.ts'
import { faults as allFaults } from './nemesis.ts'
import { type Aftermath, createObserved, type Observed } from './observed.ts'
import { type Person, startAgent, startVisitor } from './people.ts'
import { planFaults, type Step } from './plan-faults.ts'
import { createRandom } from './random.ts'
import { readBacklog, readStored, readStream, readStuck, scrollToTheTop } from './read-aftermath.ts'
import { settle } from './settle.ts'
import { type Cluster, startCluster } from './start-cluster.ts'

export interface CheckerOptions {
  seed: number
  minutes: number
  /** Ids of faults; default all this machine can do. */
  only?: readonly string[]
  visitors: number
  agents: number
  /** Longest it may take to be quiet after the last heal, ms. */
  settleMs: number
  /** Told each step as it begins. */
  onStep?: (step: Step, index: number, of: number) => void
  /** Told what the servers printed last, when it does not become quiet. */
  onTrouble?: (words: string) => void
}

export interface CheckerReport {
  seed: number
  minutes: number
  visitors: number
  agents: number
  messages: number
  /** Fault → times injected; `cannot`: why this machine does not do it. */
  faults: { id: string; title: string; times: number; cannot?: string }[]
  invariants: Invariant[]
  settledMs: number | undefined
  /** What was missing when the time to settle was over. */
  missing: string[]
  seconds: number
  /** Everything that was done, seen and left: for whoever looks into a violation. */
  evidence: { observed: Observed; aftermath: Aftermath }
}

/** Memory a process may take beyond twice what it had when idle, bytes. */
const memoryBudget = 300 * 2 ** 20
const sampleEveryMs = 1_000

/** Runs clients on a cluster, lets the nemesis at it, heals everything, and compares what was done and seen with what is left. */
export async function runChecker(options: CheckerOptions): Promise<CheckerReport> {
  const { seed, minutes, visitors, agents, settleMs } = options
  const since = Date.now()
  const chosen = allFaults.filter(({ id }) => options.only === undefined || options.only.includes(id))
  const able = chosen.filter(({ cannot }) => cannot?.() === undefined)
  if (able.length === 0) throw new Error('unable to check; none of these faults can be done here')
  const plan = planFaults({ seed, totalMs: minutes * 60_000, faults: able })
  await using cluster = await startCluster({ servers: 2, agents, capacity: visitors, disks: able.some(({ needsDisks }) => needsDisks) })
  const observed = createObserved()
  const company = await gather(cluster, observed, options)
  const memory = watchMemory(cluster)
  try {
    await runPlan({ plan, stage: company.stage, onStep: options.onStep })
    for (const person of company.people) person.hush()
    const { settledMs, missing } = await settle({ cluster, people: company.people, observed, limitMs: settleMs })
    await company.audit.stop()
    if (settledMs === undefined) tellTrouble(cluster, options)
    const aftermath = await readAftermath(cluster, company.people, { settledMs, memory: memory.stop() })
    const times = new Map<string, number>()
    for (const { id } of plan.flatMap((step) => step.faults)) times.set(id, (times.get(id) ?? 0) + 1)
    return {
      ...{ seed, minutes, visitors, agents, settledMs, missing },
      messages: observed.said.length,
      faults: chosen.map(({ id, title, cannot }) => {
        const reason = cannot?.()
        return { id, title, times: times.get(id) ?? 0, ...(reason !== undefined && { cannot: reason }) }
      }),
      invariants: checkInvariants(observed, aftermath, { settleMs, memoryBudget }),
      seconds: Math.round((Date.now() - since) / 1_000),
      evidence: { observed, aftermath },
    }
  } catch (error) {
    tellTrouble(cluster, options)
    throw error
  } finally {
    memory.stop()
    await company.leave()
  }
}

function tellTrouble({ servers }: Cluster, { onTrouble }: CheckerOptions): void {
  for (const { name, lastWords } of servers) onTrouble?.(`${name}:\n${lastWords()}`)
}

interface Company {
  people: readonly Person[]
  stage: Stage
  audit: ReturnType<typeof startSavedAudit>
  leave(): Promise<void>
}

/** Visitors and agents, each on a line of their own. Every thread has an agent who answers and one who only watches. */
async function gather(cluster: Cluster, observed: Observed, { seed, visitors, agents }: CheckerOptions): Promise<Company> {
  let losses = 0
  const audit = startSavedAudit(cluster.db, observed)
  const common = async (index: number) => ({
    line: await createLine(cluster.ports),
    random: createRandom(seed * 1_000 + index),
    observed,
    losses: () => losses,
    onSaved: audit.said,
  })
  const talking = await Promise.all(
    Array.from({ length: visitors }, async (_, index) =>
      startVisitor({ ...(await common(index)), name: `visitor${index}`, pace: [600, 2_400], siteKey: cluster.siteKey }),
    ),
  )
  const share = (index: number) => talking.filter((_, which) => which % agents === index % agents).map(({ visitor }) => visitor)
  const answering = await Promise.all(
    cluster.agents.map(async (login, index) =>
      startAgent({
        ...(await common(visitors + index)),
        ...{ name: `agent${index}`, login, site: cluster.site, pace: [200, 1_200] },
        answers: share(index),
        watches: agents > 1 ? share(index + 1) : [],
      }),
    ),
  )
  const people = [...talking, ...answering]
  const onLoss = (): void => {
    losses++
  }
  return {
    people,
    audit,
    stage: { cluster, people, observed, onLoss },
    async leave() {
      await Promise.all(people.map((person) => person.close()))
      await Promise.all(people.map(({ line }) => line[Symbol.asyncDispose]()))
    },
  }
}

interface Run {
  plan: readonly Step[]
  stage: Stage
  onStep: CheckerOptions['onStep']
}

async function runPlan({ plan, stage, onStep }: Run): Promise<void> {
  const known = new Map<string, Fault>(allFaults.map((fault) => [fault.id, fault]))
  for (const [index, step] of plan.entries()) {
    await pause(step.restMs)
    onStep?.(step, index, plan.length)
    const heals = await Promise.all(step.faults.map(({ id, luck }) => known.get(id)!.inject(stage, createRandom(luck))))
    await pause(step.lastsMs)
    // All at once: a page that is opened again waits for a database that is coming back.
    await Promise.all(heals.map((heal) => heal()))
  }
  await Promise.all(stage.cluster.servers.map((server) => server.untilReady()))
}

async function readAftermath(
  cluster: Cluster,
  people: readonly Person[],
  known: Pick<Aftermath, 'settledMs' | 'memory'>,
): Promise<Aftermath> {
  await scrollToTheTop(people)
  // Before what is stored: where it is not quiet yet, a screen must not be blamed for what came in between.
  const screens = people.flatMap((person) => person.screens())
  const [backlog, stuck, stored, stream] = await Promise.all([
    readBacklog(cluster),
    readStuck(cluster),
    readStored(cluster),
    readStream(cluster),
  ])
  return { ...known, backlog, stuck, stored, stream, screens }
}

/** Looks at the memory of servers and broker from time to time; the first look is the idle one. */
function watchMemory(cluster: Cluster): { stop(): Aftermath['memory'] } {
  const parts = [
    ...cluster.servers.map((server) => ({ name: server.name, read: () => readMemory(server.pid() ?? 0) })),
    { name: 'nats-server', read: () => cluster.nats.memory() },
  ]
  const seen = parts.map(({ name, read }) => ({ name, idle: read(), most: 0 }))
  const timer = setInterval(() => {
    for (const [index, { read }] of parts.entries()) seen[index]!.most = Math.max(seen[index]!.most, read())
  }, sampleEveryMs)
  return {
    stop: () => {
      clearInterval(timer)
      return seen
    },
  }
}
