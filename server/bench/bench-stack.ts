import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Demo } from '../replay/cast.ts'
import { startOwnStack } from '../replay/own-stack.ts'
import { loadKeyFiles, type OperatorFile } from '../src/access/keys.ts'

export interface BenchStack {
  demo: Demo
  /** The stack's own nats-server, for the floor. */
  natsUrl: string
  operator: OperatorFile
  stop(): Promise<void>
}

/** The whole product as `npm start` runs it, with the door's budgets out of the way: the bench is one address that never sleeps. */
export async function startBenchStack(): Promise<BenchStack> {
  const open = '1000000'
  const stack = await startOwnStack({
    env: {
      USHER_HANDSHAKES: open,
      USHER_VISITOR_MESSAGES: open,
      USHER_VISITOR_PULSES: open,
      USHER_AGENT_MESSAGES: open,
      USHER_AGENT_PULSES: open,
    },
  })
  const { natsPort } = JSON.parse(await readFile(join(stack.home, 'settings.json'), 'utf8')) as { natsPort: number }
  return {
    demo: stack.demo,
    natsUrl: `nats://127.0.0.1:${natsPort}`,
    operator: loadKeyFiles({ keys: join(stack.home, 'keys.json'), operator: join(stack.home, 'operator.json') }).operator,
    stop: stack.stop,
  }
}
