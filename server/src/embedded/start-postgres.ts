import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StartConfig } from '../config.ts'
import { checkPostgres } from '../db/check-postgres.ts'
import type { Log } from '../log.ts'
import type { Home, Settings } from './home.ts'
import { openLogFile } from './open-log-file.ts'
import { postgresUrl, preparePostgres } from './postgres.ts'
import type { Part } from './start-nats-server.ts'
import { supervise } from './supervise.ts'

/** The embedded Postgres, kept running; or the one `DATABASE_URL` names. */
export async function startPostgres(options: { home: Home; config: StartConfig; settings: Settings; log: Log }): Promise<Part> {
  const { home, config, settings, log } = options
  if (config.DATABASE_URL !== undefined) return foreignPostgres(config.DATABASE_URL)

  const place = { dataDir: home.postgresData, port: settings.postgresPort, password: settings.postgresPassword }
  if (!existsSync(place.dataDir)) log.info({}, 'making a Postgres …')
  const url = postgresUrl(place)
  const supervised = await supervise({
    command: await preparePostgres(place),
    markFile: join(home.runDir, 'postgres.json'),
    check: () => checkPostgres(url),
    beforeStart: () => removeForeignLock(place.dataDir),
    log,
    onLine: openLogFile(home.logDir, 'postgres'),
  })
  return { url, what: 'Postgres 18', stop: supervised.stop }
}

async function foreignPostgres(url: string): Promise<Part> {
  try {
    await checkPostgres(url)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'no answer'
    throw new Error(`unable to use the Postgres of DATABASE_URL; ${reason}`, { cause })
  }
  return { url, what: 'Postgres of your own', stop: async () => {} }
}

/**
 * After kill -9, `postmaster.pid` names a process that is gone; Postgres sees that by itself, unless the number has since gone to
 * another program. Then, and only then, the file is in the way.
 */
function removeForeignLock(dataDir: string): void {
  const lock = join(dataDir, 'postmaster.pid')
  if (!existsSync(lock)) return
  const commandLine = `/proc/${readFileSync(lock, 'utf8').split('\n')[0]}/cmdline`
  if (existsSync(commandLine) && !readFileSync(commandLine, 'utf8').includes(dataDir)) rmSync(lock)
}
