import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Demo } from '../replay/cast.ts'
import { startOwnStack } from '../replay/own-stack.ts'
import { loadKeyFiles, type OperatorFile } from '../src/access/keys.ts'
import type { Settings } from '../src/embedded/home.ts'
import { postgresUrl } from '../src/embedded/postgres.ts'

export interface BenchStack {
  demo: Demo
  /** The stack's own nats-server, for the floor. */
  natsUrl: string
  databaseUrl: string
  operator: OperatorFile
  /** The folder the stack keeps everything in. */
  home: string
  stop(): Promise<void>
}

const open = '1000000'

/** The door's budgets out of the way: the bench is one address that never sleeps. */
export const openBudgets = {
  USHER_HANDSHAKES: open,
  USHER_SESSIONS: open,
  USHER_LOGINS: open,
  USHER_VISITOR_MESSAGES: open,
  USHER_VISITOR_PULSES: open,
  USHER_AGENT_MESSAGES: open,
  USHER_AGENT_PULSES: open,
} as const

/** The whole product as `npm start` runs it. */
export async function startBenchStack({ env = {} }: { env?: Record<string, string> } = {}): Promise<BenchStack> {
  const stack = await startOwnStack({ env: { ...openBudgets, ...env } })
  const settings = JSON.parse(await readFile(join(stack.home, 'settings.json'), 'utf8')) as Settings
  return {
    demo: stack.demo,
    natsUrl: `nats://127.0.0.1:${settings.natsPort}`,
    databaseUrl: postgresUrl({ port: settings.postgresPort, password: settings.postgresPassword }),
    operator: loadKeyFiles({ keys: join(stack.home, 'keys.json'), operator: join(stack.home, 'operator.json') }).operator,
    home: stack.home,
    stop: stack.stop,
  }
}
