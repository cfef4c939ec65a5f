import { join } from 'node:path'
import type { StartConfig } from '../config.ts'
import type { Log } from '../log.ts'
import type { Home } from './home.ts'
import { openLogFile } from './open-log-file.ts'
import { type Supervised, supervise } from './supervise.ts'

export interface ServerPartOptions {
  home: Home
  config: StartConfig
  /** The environment handed on: what is not set here keeps its meaning. */
  env: NodeJS.ProcessEnv
  databaseUrl: string
  natsUrl: string
  log: Log
}

/** The server as a process of its own, so that it can die without taking the parts it needs along. */
export async function startServer(options: ServerPartOptions): Promise<Supervised> {
  const { home, config, env, databaseUrl, natsUrl, log } = options
  const local = `http://${config.HOST === '0.0.0.0' ? '127.0.0.1' : config.HOST}:${config.PORT}`
  const own = { PORT: `${config.PORT}`, HOST: config.HOST, DATABASE_URL: databaseUrl, NATS_URL: natsUrl, USHER_KEYS: home.keys }
  return supervise({
    command: {
      name: 'the server',
      command: process.execPath,
      args: ['--enable-source-maps', join(import.meta.dirname, 'main.js')],
      env: { ...env, ...own, USHER_DEMO: env.USHER_DEMO ?? home.demo },
    },
    markFile: join(home.runDir, 'server.json'),
    ready: () => expectOk(`${local}/readyz`),
    check: () => expectOk(`${local}/healthz`),
    log,
    onLine: openLogFile(home.logDir, 'server'),
  })
}

async function expectOk(url: string): Promise<void> {
  const response = await fetch(url)
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
}
