import { type ConsideredAgent, decode, encode, internalEvent, maxPayloadBytes, newId, newMessageId } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { tellDecision } from './tell-decision.ts'

const considered = (count: number, name: string): ConsideredAgent[] =>
  Array.from({ length: count }, () => ({ agent: newId(), name, outcome: 'full', open: 8, capacity: 8 }))

const sent = (event: object) => encode({ v: 1, id: newMessageId(), conversation: newId(), ...event })

test('[P7] the reason of a decision is an event that every reader understands', () => {
  const agents = considered(3, 'Anna')
  expect(decode(internalEvent, sent(tellDecision({ position: 4 }, agents)))?.data).toEqual({ position: 4, considered: agents })
  expect(decode(internalEvent, sent(tellDecision({ chosen: agents[0]!.agent }, agents)))?.data.chosen).toBe(agents[0]!.agent)
})

test('[P7] a site with very many agents of very long names gets a reason that fits, and says that it is cut', () => {
  const bytes = sent(tellDecision({ position: 1 }, considered(300, '案'.repeat(200))))
  expect(bytes.length).toBeLessThan(maxPayloadBytes)
  const read = decode(internalEvent, bytes)
  expect(read?.data.considered).toHaveLength(25)
  expect(read?.data.more).toBe(275)
})
