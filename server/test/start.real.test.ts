import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort } from '../src/embedded/free-port.ts'
import { startNats, startPostgres } from './start-stack.ts'

/** `npm start`, as a person has it, on a port and in a folder of its own. */
interface Run {
  readonly process: ChildProcess
  readonly ended: Promise<number | null>
  printed(): string
}

const command = resolve(import.meta.dirname, '../bin/start.mjs')
const runs: Run[] = []
let home: string
let port: number

// The folder is ours alone, as `mkdtemp` makes it: the user Postgres runs as must get in all the same.
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'usher-start-'))
  port = await freePort()
})

afterEach(async () => {
  for (const run of runs) run.process.kill('SIGINT')
  await Promise.all(runs.splice(0).map((run) => run.ended))
})

afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

function startUsher(extra: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [command], {
    env: { ...process.env, PORT: `${port}`, USHER_HOME: home, ...extra },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += part))
  const run = { process: child, ended: new Promise<number | null>((done) => child.once('exit', done)), printed: () => text }
  runs.push(run)
  return run
}

async function startReady(extra: Record<string, string> = {}, withinMs = 60_000): Promise<Run> {
  const run = startUsher(extra)
  await vi.waitUntil(() => run.printed().includes('Usher is ready') || run.process.exitCode !== null, { timeout: withinMs })
  expect(run.printed()).toContain('Usher is ready')
  return run
}

const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok ?? false
const pidOf = (part: string): number => (JSON.parse(readFileSync(join(home, 'run', `${part}.json`), 'utf8')) as { pid: number }).pid
const readDemo = () => JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8')) as { url: string; agents: { role: string }[] }
const parts = ['server', 'nats-server', 'postgres']

/** A process that has ended but whom nobody has reaped yet is not alive. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !existsSync(`/proc/${pid}/stat`) || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

async function interrupt(run: Run): Promise<void> {
  const pids = parts.map(pidOf)
  run.process.kill('SIGINT')
  expect(await run.ended).toBe(0)
  expect(pids.filter(isAlive)).toEqual([])
  expect([...parts, 'start'].filter((part) => existsSync(join(home, 'run', `${part}.json`)))).toEqual([])
}

describe('npm start', { timeout: 180_000 }, () => {
  test('[P10] ends in "Usher is ready", with the demo written down, and Ctrl-C leaves nothing behind', async () => {
    const run = await startReady({}, 150_000)
    const demo = readDemo()
    expect(demo.url).toBe(`http://127.0.0.1:${port}`)
    expect(demo.agents.map(({ role }) => role)).toEqual(['owner', 'agent', 'agent'])
    expect(await isReady()).toBe(true)
    await interrupt(run)
  })

  test('[P10] is ready in under 10 s the second time, with the same logins', async () => {
    const before = readDemo()
    const run = await startReady({}, 10_000)
    expect(readDemo()).toEqual(before)
    await interrupt(run)
  })

  test('[P10] a second start beside a running one says so and ends', async () => {
    const run = await startReady()
    const second = startUsher()
    expect(await second.ended).toBe(1)
    expect(second.printed()).toContain('unable to start; Usher already runs from')
    expect(await isReady()).toBe(true)
    await interrupt(run)
  })

  test.each(parts)('[P10] brings the %s back when it is killed', async (part) => {
    const run = await startReady()
    const killed = pidOf(part)
    process.kill(killed, 'SIGKILL')
    await vi.waitFor(() => expect(pidOf(part)).not.toBe(killed), { timeout: 30_000 })
    await vi.waitFor(async () => expect(await isReady()).toBe(true), { timeout: 60_000, interval: 100 })
    await interrupt(run)
  })

  test('[P10] a start after everything was killed ends what is left and is ready again', async () => {
    const run = await startReady()
    const left = parts.map(pidOf)
    process.kill(pidOf('postgres'), 'SIGKILL')
    run.process.kill('SIGKILL')
    await run.ended
    const next = await startReady()
    await vi.waitFor(() => expect(left.filter(isAlive)).toEqual([]), { timeout: 30_000, interval: 100 })
    await interrupt(next)
  })

  test('[P10] says which port is taken', async () => {
    const run = await startReady()
    const other = mkdtempSync(join(tmpdir(), 'usher-start-'))
    const second = startUsher({ USHER_HOME: other })
    expect(await second.ended).toBe(1)
    expect(second.printed()).toContain(`unable to start; port ${port} is taken`)
    rmSync(other, { recursive: true, force: true })
    await interrupt(run)
  })

  test('[P10] uses the Postgres that DATABASE_URL names, and starts none', async () => {
    await using database = await startPostgres()
    const other = mkdtempSync(join(tmpdir(), 'usher-start-'))
    const run = await startReady({ USHER_HOME: other, DATABASE_URL: database.databaseUrl })
    expect(run.printed()).toContain('Postgres of your own')
    expect(readdirSync(other)).not.toContain('postgres')
    run.process.kill('SIGINT')
    await run.ended
    rmSync(other, { recursive: true, force: true })
  })

  test('[P10] a NATS that does not know our keys is named, with what it must include', async () => {
    await using nats = await startNats()
    const run = startUsher({ NATS_URL: nats.url })
    expect(await run.ended).toBe(1)
    expect(run.printed()).toContain(`unable to use NATS at ${nats.url}; `)
    expect(run.printed()).toContain(`Its configuration must include ${join(home, 'nats', 'accounts.conf')}`)
  })
})

test('[P10] leaves no process behind when nobody reads what it prints any more', async () => {
  const run = await startReady()
  for (const stream of [run.process.stdout, run.process.stderr]) stream?.destroy()
  await interrupt(run)
})
