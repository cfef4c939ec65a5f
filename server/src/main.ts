import { fileURLToPath } from 'node:url'
import { toSeq, UsherError } from '@usher-chat/sdk/protocol'
import { createAgentSessions } from './access/agent-sessions.ts'
import { addressSource, callerAddress } from './access/caller-address.ts'
import { type Keys, loadKeys } from './access/keys.ts'
import { createPasswords } from './access/passwords.ts'
import { createRevocations, type Revocations } from './access/revocations.ts'
import { ownOriginsOf } from './access/same-origin.ts'
import { createSites, type Sites } from './access/sites.ts'
import { verifyUserJwt } from './access/user-jwt.ts'
import type { Bus } from './bus/bus.ts'
import { connectBus } from './bus/connect-bus.ts'
import { type Config, type Role, readConfig } from './config.ts'
import { connectDb, type Db } from './db/connect-db.ts'
import { migrate } from './db/migrate.ts'
import { createThreadReader } from './db/read-thread.ts'
import { fewestPartitionsAhead, startPartitionJob } from './db/start-partition-job.ts'
import { edgeLimits } from './edge/limits.ts'
import { originRule } from './edge/origin-rule.ts'
import { type Edge, startEdge } from './edge/start-edge.ts'
import { startHistory } from './history/start-history.ts'
import { createApp, createBareApp } from './http/create-app.ts'
import { edgePath } from './http/edge-url.ts'
import type { HttpDeps } from './http/http-deps.ts'
import { type Listener, listen } from './http/listen.ts'
import { type Probe, type Readiness, readReadiness } from './http/readiness.ts'
import { readWidgetFiles } from './http/widget-files.ts'
import { keepTrying } from './keep-trying.ts'
import { createLog, type Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { openDemo } from './open-demo.ts'
import { startPresence } from './presence/start-presence.ts'
import { startRouter } from './router/start-router.ts'
import { type RunningAdmission, startAdmission } from './start-admission.ts'

/** Longest time for a graceful end, ms. */
const stopWithinMs = 10_000

/** The built widget, seen from `src/` and from `dist/` alike. */
const widgetFolder = fileURLToPath(new URL('../../widget/dist', import.meta.url))

/** What every station is made of. */
interface Base {
  config: Config
  log: Log
  metrics: Metrics
  keys: Keys
  db: Db
  listener: Listener
  /** Aborted when the server is to end. */
  stopping: AbortSignal
  readiness: () => Promise<Readiness>
  /** What stands in the way of serving, part by part; each part adds its own. */
  probes: Record<string, Probe>
  /** How to end what works (stations) and what it works with (connections), in the order of the start; ended in the opposite order. */
  stops: { stations: Stop[]; connections: Stop[] }
}

type Stop = () => unknown

/** What is there once NATS and Postgres have been reached. */
interface Connected extends Base {
  bus: Bus
  sites: Sites
  revocations: Revocations
}

async function start(config: Config, log: Log, stopping: AbortSignal): Promise<Base> {
  const metrics = createMetrics({ process: true })
  const keys = loadKeys(config.USHER_KEYS)
  const db = connectDb({ url: config.DATABASE_URL, log })
  const probes: Record<string, Probe> = { postgres: async () => void (await db.query('select 1')), start: fails('it is under way') }
  const readiness = () => readReadiness(stopping.aborted ? { start: fails('the server is about to end') } : probes)
  const notYet = new UsherError('service_unavailable', 'unable to answer; the server is still starting', { retryAfterMs: 1_000 })
  const listener = await listen(config, createBareApp({ config, metrics, readiness, log }, notYet))
  const url = config.PORT === 0 && config.USHER_URL === undefined ? `http://${config.HOST}:${listener.port}` : config.url
  const stops = { stations: [], connections: [db.close] }
  return { config: { ...config, url }, log, metrics, keys, db, listener, stopping, readiness, probes, stops }
}

/** Reaches NATS and Postgres, however long they are away, and reads what must be known before anybody is let in. */
async function reach(base: Base): Promise<Connected> {
  const { config, log, db, keys, metrics, probes, stops, stopping: signal } = base
  const trying = { log, signal }
  probes.migrations = fails('not applied yet')
  probes.nats = fails('not connected yet')
  const migrated = keepTrying({ ...trying, name: 'migrate', work: () => migrateAndTell(base) })
  const [bus] = await Promise.all([connectBus({ url: config.NATS_URL, creds: keys.server, name: 'usher', log }), migrated])
  probes.nats = async () => {
    if (bus.status !== 'connected') throw new Error('the connection is lost')
  }
  const partitions = startPartitionJob({ db, log, metrics })
  probes.partitions = async () => {
    const ahead = partitions.ahead() ?? 0
    if (ahead < fewestPartitionsAhead) throw new Error(`${ahead} made ahead, ${fewestPartitionsAhead} are needed`)
  }
  const sites = createSites({ db, log, now: Date.now })
  const revocations = createRevocations({ db, bus, log, now: Date.now })
  stops.connections.push(bus.close, partitions.stop, sites.stop, revocations.stop)
  await keepTrying({ ...trying, name: 'read the sites', work: sites.refresh })
  await keepTrying({ ...trying, name: 'read the revocations', work: revocations.refresh })
  return { ...base, bus, sites, revocations }
}

async function migrateAndTell({ config, log, probes }: Base): Promise<void> {
  try {
    await migrate({ url: config.DATABASE_URL, log })
    probes.migrations = async () => {}
  } catch (error) {
    probes.migrations = fails(error instanceof Error ? error.message : String(error))
    throw error
  }
}

/** Starts the stations of this process. The door of the edge opens when the epoch is settled. */
function startStations(connected: Connected): void {
  const { config, bus, db, log, stops, probes } = connected
  const runs = (role: Role) => config.USHER_ROLES.includes(role)
  const edge = runs('edge') ? openEdge(connected) : undefined
  const admission = startAdmission({ bus, db, log, door: (open) => edge?.admit(open) })
  stops.stations.push(admission.stop)
  probes.epoch = async () => {
    if (!admission.isOpen()) throw new Error('not settled')
  }
  if (runs('history')) stops.stations.push(startHistory({ ...connected, epoch: admission.settled }).stop)
  const wakeRouter = runs('router') ? openRouter(connected, admission) : () => {}
  if (runs('presence')) stops.stations.push(startPresence({ bus, db, log, onChange: wakeRouter }).stop)
  serve(connected, { admission, wakeRouter, withRoutes: runs('http') })
  delete probes.start
}

function openEdge({ config, keys, sites, revocations, listener, log, metrics, stops }: Connected): Edge {
  const { USHER_VISITOR_MESSAGES, USHER_VISITOR_PULSES, USHER_VISITOR_SOCKETS, USHER_AGENT_MESSAGES, USHER_AGENT_PULSES } = config
  const edge = startEdge({
    server: listener.server,
    path: edgePath,
    natsUrl: config.NATS_URL,
    verify: (jwt) => verifyUserJwt(keys, jwt, Date.now()),
    isRevoked: revocations.isRevoked,
    originAllowed: originRule({ ownOrigins: ownOriginsOf(config.url), siteAllows: (site, origin) => sites.allows(origin, site) }),
    limits: edgeLimits({
      visitor: { messages: USHER_VISITOR_MESSAGES, pulses: USHER_VISITOR_PULSES, sockets: USHER_VISITOR_SOCKETS },
      agent: { messages: USHER_AGENT_MESSAGES, pulses: USHER_AGENT_PULSES },
      handshakes: config.USHER_HANDSHAKES,
    }),
    ip: (request) => callerAddress(addressSource(request), config.USHER_TRUST_PROXY),
    log,
    metrics,
  })
  stops.stations.push(
    edge.stop,
    revocations.onRevoked(({ id }) => edge.revoke(id)),
  )
  return edge
}

function openRouter({ config, bus, db, log, metrics, stops }: Connected, admission: RunningAdmission): () => void {
  const router = startRouter({ bus, db, log, metrics, epoch: admission.certainEpoch, agentGoneMs: config.USHER_AGENT_GONE_MS })
  stops.stations.push(router.stop)
  return router.wake
}

interface Serving {
  admission: RunningAdmission
  wakeRouter: () => void
  /** Without them the process tells only how it is. */
  withRoutes: boolean
}

function serve(connected: Connected, { admission, wakeRouter, withRoutes }: Serving): void {
  const { config, db, bus, sites, listener } = connected
  const { epoch, connection, settled } = admission
  const withAll = (): HttpDeps => ({
    ...connected,
    now: Date.now,
    passwords: createPasswords(),
    agentSessions: createAgentSessions({ db, now: Date.now }),
    epoch,
    readThread: createThreadReader({ db, bus, epoch, connection }),
    endOfStream: async () => toSeq(await settled(), (await bus.streamInfo()).lastSeq),
    wakeRouter,
    widget: readWidgetFiles(widgetFolder),
    demo: config.USHER_DEMO === undefined ? undefined : openDemo({ path: config.USHER_DEMO, url: config.url, sites, now: Date.now }),
  })
  listener.serve(withRoutes ? createApp(withAll()) : createBareApp(connected))
}

const fails =
  (reason: string): Probe =>
  async () => {
    throw new Error(reason)
  }

/** Ends everything: no new connections, then what works, then, with the last answer given, what it works with. */
async function stopAll({ stops, listener, log }: Base): Promise<void> {
  const drained = listener.stop()
  await stopEach(stops.stations, log)
  await drained
  await stopEach(stops.connections, log)
}

/** The newest first. A part that fails to end does not keep the others from it. */
async function stopEach(stops: readonly Stop[], log: Log): Promise<void> {
  for (const stop of [...stops].reverse()) {
    try {
      await stop()
    } catch (error) {
      log.warn({ reason: String(error) }, 'a part did not end cleanly')
    }
  }
}

async function main(): Promise<void> {
  const config = readConfig(process.env)
  const log = createLog(config.USHER_LOG)
  const stopping = new AbortController()
  const base = await start(config, log, stopping.signal)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    // Whoever asks twice means it.
    if (stopping.signal.aborted) process.exit(1)
    log.info({ signal }, 'the server ends')
    stopping.abort()
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    await stopAll(base)
    process.exit(0)
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  // The work it belonged to has failed; the process is whole and goes on.
  process.on('unhandledRejection', (error) => log.error({ error }, 'a failure that nobody handled'))
  log.info({ url: base.config.url, roles: config.USHER_ROLES }, 'listening')
  await reach(base)
    .then(startStations)
    .catch((error: unknown) => {
      if (!stopping.signal.aborted) throw error
    })
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
})
