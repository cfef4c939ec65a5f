import { existsSync } from 'node:fs'
import { newMessageId } from '@usher-chat/sdk/protocol'
import { connectVisitor } from '../test/connect-author.ts'
import type { Fault, Stage } from './fault.ts'
import type { Weather } from './fault-proxy.ts'
import { machineFaults } from './machine-faults.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'
import type { ServerPart } from './start-cluster.ts'

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'

const oneServer =
  (hurt: (server: ServerPart) => Promise<void> | void, heal: (server: ServerPart) => Promise<void> | void): Fault['inject'] =>
  async ({ cluster }, luck) => {
    const server = luck.pick(cluster.servers)
    await hurt(server)
    return async () => heal(server)
  }

const start = (server: ServerPart): Promise<void> => server.start()

/** Some of the people, at least one. */
const someOf = (people: readonly Person[], luck: Random): Person[] => luck.sample(people, luck.between(1, Math.ceil(people.length / 2)))

/** Changes the weather of some people's lines. */
const badWeather =
  (weather: Weather): Fault['inject'] =>
  async ({ people }, luck) => {
    const hit = someOf(people, luck)
    for (const { line } of hit) line.proxy.weather(weather)
    return async () => {
      for (const { line } of hit) line.proxy.heal()
    }
  }

/** Does something once to every line of some people. */
const once =
  (act: (person: Person) => unknown): Fault['inject'] =>
  async ({ people }, luck) => {
    const hit = someOf(people, luck)
    for (const person of hit) await act(person)
    return async () => {
      for (const { line } of hit) line.proxy.heal()
    }
  }

const lossy =
  (lost: readonly ('live' | 'answer')[], share: number): Fault['inject'] =>
  async ({ people }, luck) => {
    const hit = someOf(people, luck)
    for (const { line } of hit) line.lose({ swallow: (kind) => lost.includes(kind) && luck.chance(share) })
    return async () => {
      for (const { line } of hit) line.lose(undefined)
    }
  }

const brokerFaults: readonly Fault[] = [
  {
    id: 'F1',
    title: 'nats-server is killed',
    part: 'broker',
    lasts: [500, 4_000],
    inject: async ({ cluster }) => {
      await cluster.nats.kill9()
      return () => cluster.nats.restart()
    },
  },
  {
    id: 'F4',
    title: 'nats-server stands still',
    part: 'broker',
    lasts: [3_000, 10_000],
    inject: async ({ cluster }) => {
      cluster.nats.pause()
      return async () => cluster.nats.resume()
    },
  },
  {
    id: 'F22',
    title: 'the stream loses everything it has',
    part: 'broker',
    lasts: [500, 1_500],
    inject: async ({ cluster, onLoss }) => {
      onLoss()
      await cluster.nats.loseStore()
      return async () => {}
    },
  },
  {
    id: 'N1',
    title: 'the servers’ connections to nats-server are reset',
    part: 'broker',
    lasts: [200, 1_000],
    inject: async ({ cluster }) => {
      cluster.natsLine.reset()
      return async () => {}
    },
  },
  {
    id: 'N2',
    title: 'nats-server is 100 ms away',
    part: 'broker',
    lasts: [3_000, 6_000],
    inject: async ({ cluster }) => {
      cluster.natsLine.weather({ delayMs: 100 })
      return async () => cluster.natsLine.heal()
    },
  },
  { id: 'F23', title: 'copies with the same id, known to the stream and not', part: 'broker', lasts: [500, 1_000], inject: sendCopies },
]

const serverFaults: readonly Fault[] = [
  { id: 'F8', title: 'a server is killed', part: 'server', lasts: [500, 5_000], inject: oneServer((server) => server.kill9(), start) },
  {
    id: 'F5',
    title: 'a server stands still',
    part: 'server',
    lasts: [4_000, 12_000],
    inject: oneServer(
      (server) => server.pause(),
      (server) => server.resume(),
    ),
  },
  {
    id: 'F39',
    title: 'a server is replaced, as by a deployment',
    part: 'server',
    lasts: [200, 1_500],
    inject: oneServer((server) => server.end(), start),
  },
  {
    id: 'F37',
    title: 'a server’s clock is ten minutes ahead',
    part: 'server',
    lasts: [5_000, 10_000],
    inject: oneServer(
      async (server) => {
        await server.end()
        await server.start({ LD_PRELOAD: library, FAKETIME: '+10m', FAKETIME_DONT_FAKE_MONOTONIC: '1' })
      },
      async (server) => {
        await server.end()
        await server.start()
      },
    ),
    cannot: () => (existsSync(library) ? undefined : 'faketime is not installed'),
  },
]

const databaseFaults: readonly Fault[] = [
  {
    id: 'F9',
    title: 'Postgres is killed',
    part: 'database',
    lasts: [1_000, 8_000],
    inject: async ({ cluster }) => {
      await cluster.postgres.kill9()
      return () => cluster.postgres.restart()
    },
  },
  {
    id: 'F10',
    title: 'Postgres stands still',
    part: 'database',
    lasts: [2_000, 14_000],
    inject: async ({ cluster }) => {
      await cluster.postgres.pause()
      return () => cluster.postgres.resume()
    },
  },
  { id: 'F11', title: 'somebody holds a lock on the messages', part: 'database', lasts: [3_000, 12_000], inject: lockMessages },
  {
    id: 'F7',
    title: 'all servers are killed while their batches wait for a lock',
    part: 'database',
    lasts: [1_500, 3_000],
    inject: async (stage) => {
      const release = await lockMessages(stage)
      return async () => {
        await Promise.all(stage.cluster.servers.map((server) => server.kill9()))
        await release()
        await Promise.all(stage.cluster.servers.map(start))
      }
    },
  },
  {
    id: 'N9',
    title: 'all servers are killed and the stream is lost while nothing could be saved',
    part: 'database',
    lasts: [1_500, 3_000],
    inject: async (stage) => {
      const release = await lockMessages(stage)
      return async () => {
        await Promise.all(stage.cluster.servers.map((server) => server.kill9()))
        stage.onLoss()
        await stage.cluster.nats.loseStore()
        await release()
        await Promise.all(stage.cluster.servers.map(start))
      }
    },
  },
  {
    id: 'N3',
    title: 'Postgres ends all sessions of the servers',
    part: 'database',
    lasts: [200, 1_000],
    inject: async ({ cluster }) => {
      await cluster.db.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      return async () => {}
    },
  },
  {
    id: 'N4',
    title: 'nonsense on the lines to Postgres',
    part: 'database',
    lasts: [200, 1_000],
    inject: async ({ cluster }) => {
      cluster.postgresLine.garble()
      return async () => cluster.postgresLine.heal()
    },
  },
]

const networkFaults: readonly Fault[] = [
  {
    id: 'F25',
    title: 'answers are lost, and what would stand in for them',
    part: 'network',
    lasts: [6_000, 9_000],
    inject: lossy(['answer', 'live'], 1),
  },
  { id: 'F26', title: 'half of the live messages are lost', part: 'network', lasts: [2_000, 6_000], inject: lossy(['live'], 0.5) },
  { id: 'F27', title: 'all live messages are lost', part: 'network', lasts: [2_000, 6_000], inject: lossy(['live'], 1) },
  { id: 'F29', title: 'clients stop reading', part: 'network', lasts: [2_000, 9_000], inject: badWeather({ stall: 'down' }) },
  {
    id: 'F31',
    title: 'connections are half-open',
    part: 'network',
    lasts: [10_000, 20_000],
    inject: once(({ line }) => line.proxy.halfOpen()),
  },
  { id: 'F32', title: 'the network comes and goes', part: 'network', lasts: [6_000, 12_000], inject: flap },
  {
    id: 'F33',
    title: '400 ms late, 64 kbit/s',
    part: 'network',
    lasts: [4_000, 10_000],
    inject: badWeather({ delayMs: 400, bytesPerSecond: 8_000 }),
  },
  { id: 'N5', title: 'connections are cut', part: 'network', lasts: [200, 1_500], inject: once(({ line }) => line.proxy.cut()) },
  { id: 'N6', title: 'connections are reset', part: 'network', lasts: [200, 1_500], inject: once(({ line }) => line.proxy.reset()) },
  { id: 'N7', title: 'nonsense on the line', part: 'network', lasts: [200, 1_500], inject: once(({ line }) => line.proxy.garble()) },
  { id: 'N8', title: 'nothing leaves the client', part: 'network', lasts: [2_000, 9_000], inject: badWeather({ stall: 'up' }) },
  { id: 'F51', title: 'pages that are offline are closed, and opened again', part: 'clients', lasts: [1_500, 4_000], inject: closePages },
]

/** Everything the nemesis can do. */
export const faults: readonly Fault[] = [...brokerFaults, ...serverFaults, ...databaseFaults, ...networkFaults, ...machineFaults]

/** `share row exclusive` keeps writers out and lets readers in. */
async function lockMessages({ cluster }: Stage): Promise<() => Promise<void>> {
  let release = (): void => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await new Promise<void>((held, failed) => {
    void cluster.db
      .transaction(async (tx) => {
        await tx.query('set local idle_in_transaction_session_timeout = 0')
        await tx.query('lock table messages, message_ids in share row exclusive mode')
        held()
        await released
      })
      // Another fault may end the session; then the lock is gone, too.
      .catch(failed)
  })
  return async () => release()
}

/** Visitors go offline, write on, and their pages are closed; what they wrote must come with the next page. */
async function closePages({ people }: Stage, luck: Random): Promise<() => Promise<void>> {
  const hit = someOf(
    people.filter(({ role }) => role === 'visitor'),
    luck,
  )
  for (const { line } of hit) {
    line.proxy.weather({ refuse: true })
    line.proxy.cut()
  }
  return async () => {
    const reloading = hit.map((person) => person.reload())
    for (const { line } of hit) line.proxy.heal()
    await Promise.all(reloading)
  }
}

/** Three seconds up, three seconds down, faster here. */
async function flap({ people }: Stage, luck: Random): Promise<() => Promise<void>> {
  const hit = someOf(people, luck)
  let isUp = true
  const timer = setInterval(() => {
    isUp = !isUp
    for (const { line } of hit) {
      line.proxy.weather(isUp ? {} : { refuse: true })
      if (!isUp) line.proxy.cut()
    }
  }, 1_500)
  return async () => {
    clearInterval(timer)
    for (const { line } of hit) line.proxy.heal()
  }
}

/**
 * Stores messages of a visitor again, as a confused client would: under the id the stream knows, and, as if its window were over,
 * under one it does not know.
 */
async function sendCopies({ cluster, observed }: Stage, luck: Random): Promise<() => Promise<void>> {
  const settled = new Set(observed.told.flatMap(({ id, to }) => (to === 'sent' || to === 'saved' ? [id] : [])))
  const known = observed.said.filter(({ who, id }) => who.startsWith('visitor') && settled.has(id))
  for (const { thread, id, text } of luck.sample(known.slice(-200), 5)) {
    observed.copies.add(id)
    await using author = await connectVisitor(cluster.nats, { site: cluster.site, visitor: thread })
    await author.write(text, { id })
    await author.write(text, { id, dedup: newMessageId() })
  }
  return async () => {}
}
