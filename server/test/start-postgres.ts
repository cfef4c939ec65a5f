import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectDb } from '../src/db/connect-db.ts'
import { migrate } from '../src/db/migrate.ts'
import { freePort } from '../src/embedded/free-port.ts'
import { postgresUrl, preparePostgres } from '../src/embedded/postgres.ts'
import { type Child, startChild } from '../src/embedded/start-child.ts'
import { silentLog } from '../src/log.ts'
import type { PowerDisk } from './power-disk.ts'
import { waitFor } from './wait-for.ts'

/** A migrated, empty database of a test's own. */
export interface TestDatabase extends AsyncDisposable {
  readonly databaseUrl: string
  stop(): Promise<void>
}

/** A Postgres of a test's own, that can be killed and frozen. */
export interface TestPostgres extends TestDatabase {
  readonly port: number
  /** The server's own database, to create others from. */
  readonly adminUrl: string
  /** Another empty database, migrated. */
  createDatabase(): Promise<TestDatabase>
  kill9(): Promise<void>
  /** Cuts the power of its machine; it must be on a disk that bears that. Starts again with `restart`. */
  cutPower(): Promise<void>
  /** Freezes the server and all its sessions: connections stay, nothing answers. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** Starts it again on the same port and data, after stopping it if it runs. */
  restart(): Promise<void>
}

/** Names the shared server to the processes of the tests. */
export const sharedPostgresVariable = 'USHER_TEST_POSTGRES'

const template = 'usher_template'

/** A database of its own on the run's shared server; outside a test run, on a server of its own. */
export async function startPostgres(): Promise<TestDatabase> {
  const shared = process.env[sharedPostgresVariable]
  return shared === undefined ? startOwnPostgres() : createDatabase(shared)
}

/** A server of its own, for tests that kill it, on a disk of its own if one is given. Takes three seconds. */
export async function startOwnPostgres(options: { fsync?: 'on' | 'off'; disk?: PowerDisk | undefined } = {}): Promise<TestPostgres> {
  const { fsync = 'on', disk } = options
  const dir = mkdtempSync(join(tmpdir(), 'usher-postgres-'))
  chmodSync(dir, 0o755)
  const settings = { dataDir: join(disk?.path ?? dir, 'data'), port: await freePort(), password: randomBytes(16).toString('hex') }
  const adminUrl = postgresUrl(settings, 'postgres')
  let child: Child | undefined
  const start = async (): Promise<void> => {
    const started = await startChild(await preparePostgres({ ...settings, fsync }))
    child = started
    await waitFor('Postgres', () => answers(adminUrl, started), 60_000)
  }
  const stop = async (): Promise<void> => {
    await signalAll(child, 'SIGCONT')
    await child?.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    await start()
    await sql(adminUrl, `create database ${template}`)
    await migrate({ url: postgresUrl(settings, template), log: silentLog })
    await sql(adminUrl, `create database usher_test template ${template}`)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    databaseUrl: postgresUrl(settings, 'usher_test'),
    port: settings.port,
    adminUrl,
    createDatabase: () => createDatabase(adminUrl),
    kill9: async () => {
      child?.signal('SIGKILL')
      await child?.ended
    },
    cutPower: async () => {
      if (disk === undefined) throw new Error('unable to cut the power; this Postgres has no disk of its own')
      await signalAll(child, 'SIGSTOP')
      await disk.cut(async () => {
        await signalAll(child, 'SIGKILL')
        await child?.ended
      })
    },
    pause: () => signalAll(child, 'SIGSTOP'),
    resume: () => signalAll(child, 'SIGCONT'),
    restart: async () => {
      await child?.stop()
      await start()
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function createDatabase(adminUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await sql(adminUrl, `create database ${name} template ${template}`)
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  const stop = async (): Promise<void> => {
    await sql(adminUrl, `drop database if exists ${name} with (force)`)
  }
  return { databaseUrl: url.href, stop, [Symbol.asyncDispose]: stop }
}

async function sql(url: string, text: string): Promise<void> {
  const db = connectDb({ url, log: silentLog, size: 1, statementTimeoutMs: 30_000 })
  try {
    await db.query(text)
  } finally {
    await db.close()
  }
}

async function answers(url: string, child: Child): Promise<boolean> {
  if (!child.isRunning()) throw new Error(`unable to start Postgres; it printed:\n${child.lastWords()}`)
  return sql(url, 'select 1').then(
    () => true,
    () => false,
  )
}

/** The postmaster and its sessions: Linux lists them under `/proc`, before the postmaster stands still and after. */
async function signalAll(child: Child | undefined, name: NodeJS.Signals): Promise<void> {
  if (child === undefined) return
  const before = childrenOf(child.pid)
  child.signal(name)
  for (const pid of new Set([...before, ...childrenOf(child.pid)])) signalIfThere(pid, name)
}

/** A session may end between the look and the signal. */
function signalIfThere(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {}
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter((text) => text !== '')
      .map(Number)
  } catch {
    return []
  }
}
