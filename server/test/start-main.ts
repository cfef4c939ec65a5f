import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { freePort } from '../src/embedded/free-port.ts'
import { type Child, startChild } from '../src/embedded/start-child.ts'
import type { TestNats } from './start-nats.ts'
import { waitFor } from './wait-for.ts'

/** A server process of a test's own, from the sources. */
export interface TestMain extends AsyncDisposable {
  readonly url: string
  readonly child: Child
  /** What `/readyz` says; undefined while nothing listens. */
  ready(): Promise<{ status: number; json: unknown } | undefined>
  /** Waits until it is ready, or until it is not. */
  untilReady(isReady?: boolean): Promise<void>
}

export interface TestMainOptions {
  nats: Pick<TestNats, 'url' | 'keysFile'>
  databaseUrl: string
  env?: Record<string, string>
}

const root = resolve(import.meta.dirname, '../..')
const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href

/** Starts `main.ts`; it listens soon, and is ready when its parts are. */
export async function startMain({ nats, databaseUrl, env = {} }: TestMainOptions): Promise<TestMain> {
  const folder = mkdtempSync(join(tmpdir(), 'usher-main-'))
  const keys = join(folder, 'keys.json')
  writeFileSync(keys, JSON.stringify(nats.keysFile))
  const port = await freePort()
  const own = { PORT: String(port), DATABASE_URL: databaseUrl, NATS_URL: nats.url, USHER_KEYS: keys, USHER_LOG: 'warn' }
  const child = await startChild({
    name: 'the server',
    command: process.execPath,
    args: ['--import', tsx, '--conditions=source', join(root, 'server/src/main.ts')],
    cwd: root,
    env: { PATH: process.env.PATH, ...own, ...env },
  })
  const url = `http://127.0.0.1:${port}`
  const ready = async () => {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    return answer && { status: answer.status, json: (await answer.json()) as unknown }
  }
  return {
    url,
    child,
    ready,
    async untilReady(isReady = true) {
      await waitFor(isReady ? 'the server to be ready' : 'the server not to be ready', async () => {
        if (!child.isRunning()) throw new Error(`the server has ended; it printed:\n${child.lastWords()}`)
        const answer = await ready()
        return answer !== undefined && (answer.status === 200) === isReady
      })
    },
    async [Symbol.asyncDispose]() {
      await child.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
