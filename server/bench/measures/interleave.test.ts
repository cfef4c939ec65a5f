import { expect, test } from 'vitest'
import type { Side } from '../sides/side.ts'
import { interleave, pick } from './interleave.ts'

const side = (name: string): Side => ({
  name,
  target: { kind: 'floor', port: 0, jwt: '' },
  databaseUrl: '',
  inspectPort: undefined,
  processes: () => ({}),
  killServer: async () => {},
  stop: async () => {},
})

test('every side is measured in every round, who begins moves on, and the warm-up does not count', async () => {
  const order: string[] = []
  const rounds = await interleave({
    sides: [side('a'), side('b')],
    rounds: 2,
    log: () => {},
    measure: async ({ name }, round) => {
      order.push(`${name}${round}`)
      return round
    },
  })
  expect(order).toEqual(['a-1', 'b-1', 'b0', 'a0', 'a1', 'b1'])
  expect(pick(rounds, (round) => round)).toEqual({ a: [0, 1], b: [0, 1] })
})
