import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { generateKeys, type Keys, type KeysFile, type OperatorFile, readKeys } from '../src/access/keys.ts'
import type { Bus } from '../src/bus/bus.ts'
import { connectBus } from '../src/bus/connect-bus.ts'
import { provision } from '../src/bus/provision.ts'
import { findNatsServer } from '../src/embedded/find-nats-server.ts'
import { freePort } from '../src/embedded/free-port.ts'
import { natsAccounts, natsConfig } from '../src/embedded/nats-config.ts'
import { type Child, startChild } from '../src/embedded/start-child.ts'
import { silentLog } from '../src/log.ts'
import { waitForPort } from './wait-for.ts'

/** A nats-server of a test's own, provisioned, that can be killed and frozen. */
export interface TestNats extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly keys: Keys
  /** What stands in `keys.json`, for processes that read it. */
  readonly keysFile: KeysFile
  readonly operator: OperatorFile
  /** A bus of the `server` user. Closed by `stop`. */
  bus(name?: string): Promise<Bus>
  /** Kills it, as a power cut of the process would. Starts again with `restart`. */
  kill9(): Promise<void>
  /** Freezes it: connections stay, nothing answers. */
  pause(): void
  resume(): void
  /** Starts it again on the same port and store, after stopping it if it runs. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** How a test's stream differs from the real one. */
export interface TestNatsOptions {
  maxPerSubject?: number
  ackWaitMs?: number
}

const cacheDir = resolve(import.meta.dirname, '../../.usher/bin')

/** Starts a nats-server on a free port with fresh keys and the stream in place. */
export async function startNats(options: TestNatsOptions = {}): Promise<TestNats> {
  const { path, version } = await findNatsServer({
    named: process.env.NATS_SERVER_BIN,
    searchPath: process.env.PATH ?? '',
    cacheDir,
    log: () => {},
  })
  const dir = mkdtempSync(join(tmpdir(), 'usher-nats-'))
  const port = await freePort()
  const { keys: keysFile, operator } = generateKeys(Date.now())
  const config = join(dir, 'nats.conf')
  writeFileSync(join(dir, 'accounts.conf'), natsAccounts(operator))
  const facts = { version, port, storeDir: join(dir, 'store'), accountsFile: 'accounts.conf', maxStoreBytes: 8 * 1024 ** 3 }
  writeFileSync(config, natsConfig({ ...facts, sync: '1s' }))
  const url = `nats://127.0.0.1:${port}`
  const keys = readKeys(keysFile)
  const buses: Bus[] = []
  let child: Child | undefined

  const start = async (): Promise<void> => {
    child = await startChild({ name: 'nats-server', command: path, args: ['-c', config] })
    await waitForPort(port, child)
  }
  const kill9 = async (): Promise<void> => {
    child?.signal('SIGKILL')
    await child?.ended
  }
  const stop = async (): Promise<void> => {
    child?.signal('SIGCONT')
    await Promise.all(buses.map((bus) => bus.close().catch(() => {})))
    await child?.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  const restart = async (): Promise<void> => {
    await child?.stop()
    await start()
  }
  try {
    await start()
    await provision({ url, creds: operator.provisioner, replicas: 1, ...options })
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url,
    port,
    keys,
    keysFile,
    operator,
    bus: async (name = 'test') => {
      const bus = await connectBus({ url, creds: keys.server, name, log: silentLog })
      buses.push(bus)
      return bus
    },
    kill9,
    pause: () => child?.signal('SIGSTOP'),
    resume: () => child?.signal('SIGCONT'),
    restart,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
