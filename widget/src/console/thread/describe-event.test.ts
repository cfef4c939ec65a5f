import { expect, test } from 'vitest'
import { ben, envelope, me, mia } from '../gallery/fixture-data.ts'
import { describeEvent } from './describe-event.ts'
import { describeRouting } from './describe-routing.ts'

const names = { me: me.id, nameOf: (id: string) => [ben, mia].find((agent) => agent.id === id)?.name }
const base = envelope('conv0000000000000000')
const assigned = (agent: { id: string; name: string }, by: string) =>
  describeEvent({ ...base, type: 'conversation.assigned', data: { agent, by } }, names)

test('an assignment tells who did what', () => {
  expect(assigned({ id: me.id, name: me.name }, 'router')).toBe('Assigned to you automatically')
  expect(assigned(ben, 'router')).toBe('Assigned to Ben Okafor automatically')
  expect(assigned({ id: me.id, name: me.name }, me.id)).toBe('You took the conversation')
  expect(assigned(ben, ben.id)).toBe('Ben Okafor took the conversation')
  expect(assigned(ben, mia.id)).toBe('Mia Duarte assigned the conversation to Ben Okafor')
})

test('waiting and resolving read like sentences', () => {
  const queued = { ...base, type: 'conversation.queued' as const, data: { position: 2, reason: 'all_agents_busy' as const } }
  expect(describeEvent(queued, names)).toBe('Waiting in the queue, number 2 — everybody is busy')
  expect(describeEvent({ ...base, type: 'conversation.resolved', data: { by: me.id } }, names)).toBe('You resolved the conversation')
  expect(describeEvent({ ...base, type: 'conversation.resolved', data: { by: 'router' } }, names)).toBe('Usher resolved the conversation')
})

test('the chosen agent comes first, then who came closest', () => {
  const lines = describeRouting([
    { agent: mia.id, name: mia.name, outcome: 'offline', open: 0, capacity: 4 },
    { agent: ben.id, name: ben.name, outcome: 'busier', open: 3, capacity: 4 },
    { agent: me.id, name: me.name, outcome: 'chosen', open: 1, capacity: 4 },
  ])
  expect(lines.map(({ name, text }) => `${name}: ${text}`)).toEqual([
    'Anna Lindqvist: chosen — least busy, 1 of 4 open',
    'Ben Okafor: busier, 3 of 4 open',
    'Mia Duarte: offline',
  ])
})
