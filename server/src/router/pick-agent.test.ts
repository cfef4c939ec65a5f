import { describe, expect, test } from 'vitest'
import { type Candidate, pickAgent } from './pick-agent.ts'

const agent = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  card: { id, name: id.toUpperCase() },
  presence: 'online',
  open: 0,
  capacity: 2,
  lastAssignedAt: null,
  ...more,
})

const chosenOf = (candidates: Candidate[]) => {
  const pick = pickAgent(candidates)
  return 'chosen' in pick ? pick.chosen.card.id : pick.reason
}

const outcomes = (candidates: Candidate[]) =>
  Object.fromEntries(pickAgent(candidates).considered.map(({ agent, outcome }) => [agent, outcome]))

describe('[P7] who gets a conversation', () => {
  test('the least busy agent', () => {
    expect(chosenOf([agent('a', { open: 1 }), agent('b'), agent('c', { open: 1 })])).toBe('b')
  })

  test('among equals, who has waited longest for one; never assigned goes first', () => {
    const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute))
    expect(chosenOf([agent('a', { lastAssignedAt: at(5) }), agent('b', { lastAssignedAt: at(3) })])).toBe('b')
    expect(chosenOf([agent('a', { lastAssignedAt: at(1) }), agent('b')])).toBe('b')
  })

  test('the rest is settled by id, whatever the order they come in', () => {
    expect(chosenOf([agent('b'), agent('a')])).toBe('a')
    expect(chosenOf([agent('a'), agent('b')])).toBe('a')
  })

  test('a busier agent with a larger capacity does not win over a less busy one', () => {
    expect(chosenOf([agent('a', { open: 3, capacity: 100 }), agent('b', { open: 1, capacity: 2 })])).toBe('b')
  })

  test('nobody who is full, away or offline', () => {
    expect(chosenOf([agent('a', { open: 2 }), agent('b', { presence: 'away' }), agent('c', { presence: 'offline' })])).toBe(
      'all_agents_busy',
    )
    expect(chosenOf([agent('a', { presence: 'away' }), agent('b', { presence: 'offline' })])).toBe('no_agent_online')
    expect(chosenOf([agent('a', { capacity: 0 })])).toBe('all_agents_busy')
    expect(chosenOf([agent('a', { open: 5, capacity: 2 })])).toBe('all_agents_busy')
    expect(chosenOf([])).toBe('no_agent_online')
  })
})

describe('[P7] every decision says why', () => {
  test('each agent has an outcome, the telling ones first', () => {
    const { considered } = pickAgent([
      agent('d', { presence: 'offline' }),
      agent('c', { presence: 'away' }),
      agent('b', { open: 2 }),
      agent('a'),
      agent('e', { open: 1 }),
    ])
    expect(considered.map(({ agent, outcome }) => `${agent} ${outcome}`)).toEqual(['a chosen', 'e busier', 'b full', 'c away', 'd offline'])
    expect(considered[2]).toEqual({ agent: 'b', name: 'B', outcome: 'full', open: 2, capacity: 2 })
  })

  test('when nobody is chosen, each still has a reason', () => {
    expect(outcomes([agent('a', { open: 2 }), agent('b', { presence: 'offline' })])).toEqual({ a: 'full', b: 'offline' })
  })
})
