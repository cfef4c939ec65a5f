import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Keys, OperatorFile } from '../access/keys.ts'
import { checkNats } from '../bus/check-nats.ts'
import type { StartConfig } from '../config.ts'
import type { Log } from '../log.ts'
import { findNatsServer } from './find-nats-server.ts'
import type { Home, Settings } from './home.ts'
import { natsAccounts, natsConfig } from './nats-config.ts'
import { openLogFile } from './open-log-file.ts'
import { supervise } from './supervise.ts'

/** Most the message store may take of the disk, bytes: the stream's 4 GiB and its bookkeeping. */
const maxStoreBytes = 5 * 1024 ** 3

/** A server that runs for us: where it answers, what it is, and how to stop it. */
export interface Part {
  readonly url: string
  /** For people: `nats-server 2.15.1`. */
  readonly what: string
  stop(): Promise<void>
}

export interface NatsPartOptions {
  home: Home
  config: StartConfig
  settings: Settings
  keys: Keys
  operator: OperatorFile
  /** Folder of a fetched nats-server. */
  cacheDir: string
  log: Log
}

/** The embedded nats-server, found or fetched, configured for its version and kept running; or the one `NATS_URL` names. */
export async function startNatsServer(options: NatsPartOptions): Promise<Part> {
  const { home, config, settings, keys, operator, cacheDir, log } = options
  const accounts = join(home.natsDir, 'accounts.conf')
  writeFileSync(accounts, natsAccounts(operator), { mode: 0o600 })
  if (config.NATS_URL !== undefined) return foreignNats(config.NATS_URL, keys, accounts)

  const { path, version } = await findNatsServer({
    named: config.NATS_SERVER_BIN,
    searchPath: config.PATH,
    cacheDir,
    log: (line) => log.info({}, line),
  })
  const port = settings.natsPort
  const url = `nats://127.0.0.1:${port}`
  const file = join(home.natsDir, 'nats-server.conf')
  const facts = { version, port, storeDir: join(home.natsDir, 'store'), sync: config.USHER_NATS_SYNC, maxStoreBytes }
  writeFileSync(file, natsConfig({ ...facts, accountsFile: 'accounts.conf' }), { mode: 0o600 })
  const supervised = await supervise({
    command: { name: 'nats-server', command: path, args: ['--config', file] },
    markFile: join(home.runDir, 'nats-server.json'),
    check: () => checkNats({ url, creds: keys.server }),
    log,
    onLine: openLogFile(home.logDir, 'nats-server'),
  })
  return { url, what: `nats-server ${version}`, stop: supervised.stop }
}

async function foreignNats(url: string, keys: Keys, accounts: string): Promise<Part> {
  try {
    await checkNats({ url, creds: keys.server })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'no answer'
    const hint = existsSync(accounts) ? `. Its configuration must include ${accounts}` : ''
    throw new Error(`unable to use NATS at ${url}; ${reason}${hint}`, { cause })
  }
  return { url, what: 'NATS of your own', stop: async () => {} }
}
