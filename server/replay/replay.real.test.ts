import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noDifferences } from './compare.ts'
import { readDialogues } from './dialogues.ts'
import { type OwnStack, startOwnStack } from './own-stack.ts'
import { play } from './play.ts'
import { succeeded } from './report.ts'

const file = join(import.meta.dirname, '../../examples/dialogues.jsonl')

describe('a replay of dialogues through real clients', () => {
  let stack: OwnStack
  beforeAll(async () => {
    stack = await startOwnStack({ env: { USHER_HANDSHAKES: '100000' } })
  }, 180_000)
  afterAll(() => stack.stop())

  test('[P2] [P3] [P4] ends with every text once, in order, on the other screen and in Postgres', async () => {
    const report = await play({ demo: stack.demo, dialogues: await readDialogues(file), visitors: 12, speed: 20 })
    expect(report.differences).toEqual(noDifferences)
    expect(report.screens).toEqual({ twice: 0, never: 0 })
    expect(report.saved).toBe(report.sent)
    expect(report.dialogues).toBe(12)
  })

  test.each(['server', 'nats-server', 'postgres'])(
    '[P8] loses, doubles and swaps nothing when the %s is killed in the middle',
    async (part) => {
      const dialogues = await readDialogues(file)
      const half = dialogues.reduce((sum, { turns }) => sum + turns.length, 0) / 2
      let killed = false
      const report = await play({
        demo: stack.demo,
        dialogues,
        visitors: 12,
        speed: 20,
        onProgress: ({ messages }) => {
          if (killed || messages < half) return
          killed = true
          process.kill(pidOf(stack, part), 'SIGKILL')
        },
      })
      expect(killed).toBe(true)
      expect(report).toSatisfy(succeeded)
      expect(report.saved).toBe(report.sent)
    },
  )
})

/** The process the stack runs this part in. */
function pidOf(stack: OwnStack, part: string): number {
  const { pid } = JSON.parse(readFileSync(join(stack.home, 'run', `${part}.json`), 'utf8')) as { pid: number }
  return pid
}
