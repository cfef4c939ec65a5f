import { newId, type SiteId } from '@usher-chat/sdk/protocol'
import { patiently } from '../replay/wait.ts'
import { createPasswords } from '../src/access/passwords.ts'
import type { Bus } from '../src/bus/bus.ts'
import { connectDb, type Db } from '../src/db/connect-db.ts'
import { silentLog } from '../src/log.ts'
import { mountPowerDisk, type PowerDisk } from '../test/power-disk.ts'
import { startMain, type TestMain } from '../test/start-main.ts'
import { startNats, type TestNats } from '../test/start-nats.ts'
import { startOwnPostgres, type TestPostgres } from '../test/start-postgres.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

/** One server process, that can be killed, frozen and started again. */
export interface ServerPart {
  readonly name: string
  /** Where it listens; undefined while it does not run. */
  port(): number | undefined
  pid(): number | undefined
  kill9(): Promise<void>
  /** Asks it to end, as a deployment does. */
  end(): Promise<void>
  pause(): void
  resume(): void
  /** Starts it if it does not run; `env` on top of what it always has. */
  start(env?: NodeJS.ProcessEnv): Promise<void>
  untilReady(): Promise<void>
  /** The last lines it printed. */
  lastWords(): string
}

/** Everything Usher is made of, each part in its own process, each line with a proxy in it. */
export interface Cluster extends AsyncDisposable {
  readonly nats: TestNats
  readonly postgres: TestPostgres
  /** What nats-server's store is on; undefined where no fault needs that. */
  readonly natsDisk: PowerDisk | undefined
  readonly servers: readonly ServerPart[]
  /** Between the servers and nats-server, and between them and Postgres. */
  readonly natsLine: FaultProxy
  readonly postgresLine: FaultProxy
  /** Straight to Postgres and to NATS, past every proxy: for those who judge. */
  readonly db: Db
  readonly bus: Bus
  readonly site: SiteId
  readonly siteKey: string
  readonly agents: readonly { email: string; password: string }[]
  ports(): readonly number[]
}

/** The clients of a run share one address, and log in and connect as often as the faults make them. */
const generous = { USHER_HANDSHAKES: '1000000', USHER_SESSIONS: '1000000', USHER_LOGINS: '1000000' }

/** `disks`: broker and Postgres are on disks whose power can be cut. */
export interface ClusterOptions {
  servers: number
  agents: number
  capacity: number
  disks: boolean
}

/** Room for a long run; that of the broker is small, so that it is filled in no time. */
const diskBytes = { nats: 64 * 2 ** 20, postgres: 2 * 2 ** 30 }

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const stops: (() => Promise<unknown>)[] = []
  const keep = <T extends AsyncDisposable>(thing: T): T => {
    stops.push(async () => thing[Symbol.asyncDispose]())
    return thing
  }
  const stopAll = async (): Promise<void> => {
    process.off('SIGINT', leave).off('SIGTERM', leave)
    for (const stop of stops.splice(0).reverse()) await stop().catch(() => {})
  }
  // The parts are processes of their own, and must not outlive this one.
  const leave = (): void => void stopAll().then(() => process.exit(130))
  process.on('SIGINT', leave).on('SIGTERM', leave)
  try {
    return { ...(await startParts(options, keep)), [Symbol.asyncDispose]: stopAll }
  } catch (error) {
    await stopAll()
    throw error
  }
}

/** Starts part after part; each is kept as soon as it runs. */
async function startParts(
  options: ClusterOptions,
  keep: <T extends AsyncDisposable>(thing: T) => T,
): Promise<Omit<Cluster, keyof AsyncDisposable>> {
  const diskOf = async (bytes: number) => (options.disks ? keep(await mountPowerDisk(bytes)) : undefined)
  const natsDisk = await diskOf(diskBytes.nats)
  const nats = keep(await startNats({ disk: natsDisk }))
  const postgres = keep(await startOwnPostgres({ disk: await diskOf(diskBytes.postgres) }))
  const natsLine = keep(await startFaultProxy({ targets: () => [nats.port] }))
  const postgresLine = keep(await startFaultProxy({ targets: () => [postgres.port] }))
  const databaseUrl = new URL(postgres.databaseUrl)
  databaseUrl.port = String(postgresLine.port)
  const main = { nats: { url: `nats://127.0.0.1:${natsLine.port}`, keysFile: nats.keysFile }, databaseUrl: databaseUrl.href }
  const servers = Array.from({ length: options.servers }, (_, index) => createServerPart(`server ${index + 1}`, main))
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog, size: 4, statementTimeoutMs: 5_000 })
  keep({ [Symbol.asyncDispose]: db.close })
  const bus = await nats.bus('judge')
  const people = await seed(db, options)
  for (const server of servers) keep({ [Symbol.asyncDispose]: () => endThawed(server) })
  await Promise.all(servers.map((server) => server.start()))
  await Promise.all(servers.map((server) => server.untilReady()))
  return {
    nats,
    natsDisk,
    postgres,
    natsLine,
    postgresLine,
    servers,
    db,
    bus,
    ...people,
    ports: () => servers.flatMap((server) => server.port() ?? []),
  }
}

async function endThawed(server: ServerPart): Promise<void> {
  server.resume()
  await server.end()
}

function createServerPart(name: string, options: Parameters<typeof startMain>[0]): ServerPart {
  let main: TestMain | undefined
  const running = (): TestMain | undefined => (main?.child.isRunning() ? main : undefined)
  return {
    name,
    port: () => (running() === undefined ? undefined : Number(new URL(running()!.url).port)),
    pid: () => running()?.child.pid,
    kill9: async () => {
      main?.child.signal('SIGKILL')
      await main?.child.ended
    },
    end: async () => {
      await main?.[Symbol.asyncDispose]()
    },
    pause: () => main?.child.signal('SIGSTOP'),
    resume: () => main?.child.signal('SIGCONT'),
    start: async (env = {}) => {
      if (running() !== undefined) return
      await main?.[Symbol.asyncDispose]()
      main = await startMain({ ...options, env: { ...generous, ...definedOnly(env) } })
    },
    untilReady: () => patiently(async () => running()?.untilReady()),
    lastWords: () => main?.child.lastWords() ?? '',
  }
}

const definedOnly = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])))

/** A site, a team, and agents who can log in. */
async function seed(
  db: Db,
  { agents, capacity }: Pick<ClusterOptions, 'agents' | 'capacity'>,
): Promise<Pick<Cluster, 'site' | 'siteKey' | 'agents'>> {
  const [site, siteKey, password] = [newId(), newId(), newId()]
  const hash = await createPasswords().hash(password)
  const people = Array.from({ length: agents }, (_, index) => ({ email: `agent${index}@faults.example`, password }))
  await db.query(`insert into sites (id, key, name, identity_secret) values ($1, $2, 'Opening Night', 'secret')`, [site, siteKey])
  await db.query(`insert into teams (site_id, id, name) values ($1, $1, 'Box office')`, [site])
  for (const { email } of people) {
    const id = newId()
    await db.query('insert into agents (id, email, name, password_hash, capacity) values ($1, $2, $2, $3, $4)', [id, email, hash, capacity])
    await db.query('insert into team_members (site_id, team_id, agent_id) values ($1, $1, $2)', [site, id])
  }
  return { site, siteKey, agents: people }
}
