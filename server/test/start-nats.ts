import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { generateKeys, type Keys, type KeysFile, type OperatorFile, readKeys } from '../src/access/keys.ts'
import type { Bus } from '../src/bus/bus.ts'
import { connectBus } from '../src/bus/connect-bus.ts'
import { provision } from '../src/bus/provision.ts'
import { readStartConfig } from '../src/config.ts'
import { findNatsServer } from '../src/embedded/find-nats-server.ts'
import { freePort } from '../src/embedded/free-port.ts'
import { natsAccounts, natsConfig } from '../src/embedded/nats-config.ts'
import { type Child, type Command, startChild } from '../src/embedded/start-child.ts'
import { silentLog } from '../src/log.ts'
import type { PowerDisk } from './power-disk.ts'
import { readMemory } from './read-memory.ts'
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
  /** Cuts the power of its machine; it must be on a disk that bears that. Starts again with `restart`. */
  cutPower(): Promise<void>
  /** Freezes it: connections stay, nothing answers. */
  pause(): void
  resume(): void
  /** Starts it again on the same port and store, after stopping it if it runs. */
  restart(): Promise<void>
  /** Sets up the stream, as every start of Usher does: a disk may have lost even that. */
  provision(): Promise<void>
  /** Kills it, loses everything it has stored, and starts it with an empty stream. */
  loseStore(): Promise<void>
  /** Bytes of memory it has now; 0 while it does not run, and where there is no `/proc`. */
  memory(): number
  stop(): Promise<void>
}

/** How a test's stream differs from the real one. */
export interface TestNatsOptions {
  maxPerSubject?: number
  ackWaitMs?: number
  /** Where its store is; default a folder of its own. */
  disk?: PowerDisk | undefined
}

/** A machine that does much else takes its time. */
const provisionTimeoutMs = 60_000

const cacheDir = resolve(import.meta.dirname, '../../.usher/bin')

/** Starts a nats-server on a free port with fresh keys and the stream in place. */
export async function startNats({ disk, ...options }: TestNatsOptions = {}): Promise<TestNats> {
  const { dir, storeDir, port, command, keysFile, operator } = await layOut(disk)
  const url = `nats://127.0.0.1:${port}`
  const keys = readKeys(keysFile)
  const buses: Bus[] = []
  let child: Child | undefined

  const start = async (): Promise<void> => {
    child = await startChild(command)
    await waitForPort(port, child)
  }
  const provisionStream = () => provision({ url, creds: operator.provisioner, replicas: 1, timeoutMs: provisionTimeoutMs, ...options })
  const stop = async (): Promise<void> => {
    child?.signal('SIGCONT')
    await Promise.all(buses.map((bus) => bus.close().catch(() => {})))
    await child?.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    await start()
    await provisionStream()
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
    kill9: async () => {
      child?.signal('SIGKILL')
      await child?.ended
    },
    cutPower: async () => {
      if (disk === undefined) throw new Error('unable to cut the power; this nats-server has no disk of its own')
      child?.signal('SIGSTOP')
      await disk.cut(async () => {
        child?.signal('SIGKILL')
        await child?.ended
      })
    },
    pause: () => child?.signal('SIGSTOP'),
    resume: () => child?.signal('SIGCONT'),
    restart: async () => {
      await child?.stop()
      await start()
    },
    provision: provisionStream,
    loseStore: async () => {
      child?.signal('SIGKILL')
      await child?.ended
      rmSync(storeDir, { recursive: true, force: true })
      await start()
      await provisionStream()
    },
    memory: () => (child === undefined ? 0 : readMemory(child.pid)),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** A folder, a port, keys and a configuration, as the embedded start makes them. */
async function layOut(
  disk?: PowerDisk,
): Promise<{ dir: string; storeDir: string; port: number; command: Command } & Pick<TestNats, 'keysFile' | 'operator'>> {
  const { NATS_SERVER_BIN, PATH } = readStartConfig(process.env)
  const { path, version } = await findNatsServer({ named: NATS_SERVER_BIN, searchPath: PATH, cacheDir, log: () => {} })
  const dir = mkdtempSync(join(tmpdir(), 'usher-nats-'))
  const storeDir = join(disk?.path ?? dir, 'store')
  const port = await freePort()
  const { keys: keysFile, operator } = generateKeys(Date.now())
  const file = join(dir, 'nats-server.conf')
  const facts = { version, port, storeDir, accountsFile: 'accounts.conf', maxStoreBytes: 8 * 1024 ** 3 }
  writeFileSync(join(dir, 'accounts.conf'), natsAccounts(operator))
  writeFileSync(file, natsConfig({ ...facts, sync: '1s' }))
  return { dir, storeDir, port, command: { name: 'nats-server', command: path, args: ['-c', file] }, keysFile, operator }
}
