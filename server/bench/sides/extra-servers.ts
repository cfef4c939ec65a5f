import { join } from 'node:path'
import { freePort } from '../../src/embedded/free-port.ts'
import { type Child, startChild } from '../../src/embedded/start-child.ts'
import { waitFor } from '../../test/wait-for.ts'
import { type BenchStack, openBudgets } from '../bench-stack.ts'

/** More servers of one installation: the door and its questions only, on the same broker and the same Postgres. */
export interface ExtraServers {
  /** Starts one; gives its address. */
  add(): Promise<string>
  pids(): number[]
  stop(): Promise<void>
}

const program = join(import.meta.dirname, '../../dist/main.js')

export function createExtraServers(stack: BenchStack): ExtraServers {
  const children: Child[] = []
  return {
    async add() {
      const port = await freePort()
      const env = {
        ...process.env,
        ...openBudgets,
        PORT: `${port}`,
        DATABASE_URL: stack.databaseUrl,
        NATS_URL: stack.natsUrl,
        USHER_KEYS: join(stack.home, 'keys.json'),
        USHER_URL: stack.demo.url,
        USHER_ROLES: 'http,edge',
        USHER_LOG: 'warn',
      }
      const child = await startChild({ name: 'a server', command: process.execPath, args: ['--enable-source-maps', program], env })
      children.push(child)
      const url = `http://127.0.0.1:${port}`
      await waitFor('another server', () => isReady(url, child), 30_000)
      return url
    },
    pids: () => children.filter((child) => child.isRunning()).map(({ pid }) => pid),
    stop: async () => void (await Promise.all(children.map((child) => child.stop()))),
  }
}

async function isReady(url: string, child: Child): Promise<boolean> {
  if (!child.isRunning()) throw new Error(`unable to start another server; it printed:\n${child.lastWords()}`)
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}
