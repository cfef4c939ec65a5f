import { newId } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { serve, type Waiting } from './drain-queue.ts'
import type { Candidate } from './pick-agent.ts'

const site = newId()
const now = new Date('2030-01-01T12:00:10Z')

const waiting = (...names: string[]): Waiting[] =>
  names.map((name, i) => ({ place: { site, visitor: name, conversation: name }, queuedAt: new Date(Date.UTC(2030, 0, 1, 12, 0, i)) }))

const agent = (id: string, open: number, capacity: number): Candidate => ({
  card: { id, name: id },
  presence: 'online',
  open,
  capacity,
  lastAssignedAt: null,
})

const given = ({ gifts }: ReturnType<typeof serve>) => gifts.map(({ place, agent }) => `${place.conversation} → ${agent.id}`)

test('[P7] first come, first served, in turn, until nobody has room', () => {
  const served = serve(waiting('one', 'two', 'three', 'four', 'five'), [agent('anna', 0, 2), agent('ben', 1, 3)], now)
  expect(given(served)).toEqual(['one → anna', 'two → ben', 'three → anna', 'four → ben'])
  expect(served.candidates.map(({ open }) => open)).toEqual([2, 3])
  expect(served.assigned.map(({ waitedMs }) => waitedMs)).toEqual([10_000, 9_000, 8_000, 7_000])
})

test('[P7] each decision tells what the agents had at that moment', () => {
  const { gifts } = serve(waiting('one', 'two'), [agent('anna', 0, 1), agent('ben', 0, 1)], now)
  expect(gifts.map(({ after }) => after)).toMatchObject([
    {
      type: 'routing.decided',
      data: {
        chosen: 'anna',
        considered: [
          { agent: 'anna', outcome: 'chosen', open: 0 },
          { agent: 'ben', outcome: 'busier' },
        ],
      },
    },
    {
      type: 'routing.decided',
      data: {
        chosen: 'ben',
        considered: [
          { agent: 'ben', outcome: 'chosen' },
          { agent: 'anna', outcome: 'full', open: 1 },
        ],
      },
    },
  ])
})

test('the agents it was given are left as they were', () => {
  const agents = [agent('anna', 0, 2)]
  serve(waiting('one'), agents, now)
  expect(agents).toEqual([agent('anna', 0, 2)])
})
