import { toSeq } from '@usher-chat/sdk/protocol'
import { describe, expect, test } from 'vitest'
import { type Bounds, checkInvariants } from './check-invariants.ts'
import { type Aftermath, createObserved, type Observed } from './observed.ts'

const bounds: Bounds = { settleMs: 60_000, memoryBudget: 100 }

/** A visitor who asked twice and an agent who answered and noted, without any fault. */
function history(): { observed: Observed; aftermath: Aftermath } {
  const observed = createObserved()
  const say = (who: string, id: string, text: string) => {
    observed.said.push({ who, thread: 'v', id, text })
    for (const [from, to] of [
      [undefined, 'sending'],
      ['sending', 'sent'],
      ['sent', 'saved'],
    ] as const)
      observed.told.push({ who, id, from, to, losses: 0 })
  }
  say('visitor0', 'a', 'one')
  say('visitor0', 'b', 'two')
  say('agent0', 'c', 'answer')
  say('agent0', 'n', 'a note')
  observed.heard.push(
    { who: 'agent0', thread: 'v', id: 'a' },
    { who: 'agent0', thread: 'v', id: 'b' },
    { who: 'visitor0', thread: 'v', id: 'c' },
  )
  const row = (id: string, author: string, text: string, seq: number, internal = false) => ({
    thread: 'v',
    id,
    author,
    text,
    seq,
    internal,
  })
  const event = (id: string, type: string, seq: number) => ({
    thread: 'v',
    id,
    author: 'server',
    seq,
    internal: false,
    event: { type, conversation: 'k' },
  })
  const aftermath: Aftermath = {
    stored: [
      row('a', 'v', 'one', 1),
      event('e', 'conversation.opened', 2),
      row('b', 'v', 'two', 3),
      row('c', 'g', 'answer', 4),
      row('n', 'g', 'a note', 5, true),
      event('r', 'conversation.resolved', 6),
    ],
    stream: ['a', 'e', 'b', 'c', 'n', 'r'].map((id) => ({ thread: 'v', id })),
    screens: [
      {
        who: 'visitor0',
        role: 'visitor',
        thread: 'v',
        rows: [{ id: 'a', delivery: 'saved' }, { id: 'e' }, { id: 'b', delivery: 'read' }, { id: 'c' }, { id: 'r' }],
      },
      {
        who: 'agent0',
        role: 'agent',
        thread: 'v',
        rows: [{ id: 'a' }, { id: 'e' }, { id: 'b' }, { id: 'c', delivery: 'saved' }, { id: 'n', delivery: 'saved' }, { id: 'r' }],
      },
    ],
    backlog: { history: 0, router: 0, outbox: 0 },
    stuck: [],
    settledMs: 900,
    memory: [{ name: 'server', idle: 100, most: 300 }],
  }
  return { observed, aftermath }
}

/** Ids of the invariants that a change to that history violates. */
function broken(change: (observed: Observed, aftermath: Aftermath) => void): string[] {
  const { observed, aftermath } = history()
  change(observed, aftermath)
  return checkInvariants(observed, aftermath, bounds).flatMap(({ id, violations }) => (violations.length > 0 ? [id] : []))
}

test('a history without a fault violates nothing', () => expect(broken(() => {})).toEqual([]))

describe('the checker sees', () => {
  test('[P2] a message that nobody stored', () => {
    expect(broken((observed) => observed.said.push({ who: 'visitor0', thread: 'v', id: 'x', text: 'lost' }))).toEqual(['I1'])
  })

  test('[P2] a saved message that is not in Postgres, and the screens that show it', () => {
    expect(broken((_, { stored }) => stored.splice(2, 1))).toEqual(['I1', 'I3', 'I8'])
  })

  test('[P2] a message that was changed on its way', () => {
    expect(broken((_, { stored }) => Object.assign(stored[0]!, { text: 'ome' }))).toEqual(['I1'])
  })

  test('[P3] one id twice in Postgres', () => {
    expect(broken((_, { stored }) => stored.push(stored[0]!))).toContain('I2')
  })

  test('[P3] one text under two ids', () => {
    expect(broken((_, { stored }) => stored.push({ ...stored[0]!, id: 'z', seq: 9 }))).toContain('I2')
  })

  test('[P3] one id twice in the stream, unless the nemesis put it there', () => {
    const twice = (_: Observed, { stream }: Aftermath) => stream.push({ thread: 'v', id: 'a' })
    expect(broken(twice)).toEqual(['I2'])
    const onPurpose = (observed: Observed, aftermath: Aftermath) => {
      observed.copies.add('a')
      twice(observed, aftermath)
    }
    expect(broken(onPurpose)).toEqual([])
  })

  test('[P3] one message twice on a screen, and one announced twice', () => {
    expect(broken((_, { screens }) => screens[0]!.rows.push({ id: 'c' }))).toContain('I2')
    expect(broken(({ heard }) => heard.push(heard[0]!))).toEqual(['I2'])
  })

  test('[P5] a screen that never got a message', () => {
    expect(broken((_, { screens }) => screens[0]!.rows.splice(3, 1))).toEqual(['I3'])
  })

  test('[P4] a screen in another order', () => {
    expect(broken((_, { screens }) => screens[1]!.rows.reverse())).toEqual(['I3'])
  })

  test('[P4] an author whose messages changed places', () => {
    expect(broken(({ said }) => said.unshift(said.splice(1, 1)[0]!))).toEqual(['I3'])
  })

  test('[P4] that only within one life of the stream: what was lost with it and sent again has a new place', () => {
    const swap =
      (life: number) =>
      (_: Observed, { stored, screens }: Aftermath) => {
        Object.assign(stored[0]!, { seq: toSeq(life, 9) })
        stored.push(stored.shift()!)
        for (const { rows } of screens) rows.push(rows.shift()!)
      }
    expect(broken(swap(0))).toEqual(['I3'])
    expect(broken(swap(1))).toEqual([])
  })

  test('[P6] a note on a visitor’s screen', () => {
    expect(broken((_, { screens }) => screens[0]!.rows.splice(4, 0, { id: 'n' }))).toContain('I4')
  })

  test('[P6] a message of another thread that was announced', () => {
    expect(broken(({ heard }) => heard.push({ who: 'visitor9', thread: 'w', id: 'a' }))).toEqual(['I4'])
  })

  test('[P8] what is not quiet, not quiet in time, or left over', () => {
    expect(broken((_, aftermath) => Object.assign(aftermath, { settledMs: undefined }))).toEqual(['I5'])
    expect(broken((_, aftermath) => Object.assign(aftermath, { settledMs: 60_001 }))).toEqual(['I5'])
    expect(broken((_, { backlog }) => Object.assign(backlog, { outbox: 1 }))).toEqual(['I5'])
  })

  test('a delivery that goes back, unless the stream was lost', () => {
    const back = (losses: number) => (observed: Observed) =>
      observed.told.push({ who: 'visitor0', id: 'a', from: 'sent', to: 'sending', losses })
    expect(broken(back(0))).toEqual(['I6'])
    expect(broken(back(1))).toEqual([])
    expect(broken(({ told }) => told.push({ who: 'visitor0', id: 'a', from: 'saved', to: 'sent', losses: 1 }))).toEqual(['I6'])
  })

  test('an event of a conversation that had ended', () => {
    expect(broken((_, { stored }) => stored.at(-1)!.event && stored.push({ ...stored[1]!, id: 'l', seq: 8 }))).toContain('I6')
  })

  test('[P9] memory beyond its bound', () => {
    expect(broken((_, { memory }) => Object.assign(memory[0]!, { most: 301 }))).toEqual(['I7'])
  })

  test('[P2] a screen that said saved too early, and one that says failed of what is stored', () => {
    expect(broken(({ tooEarly }) => tooEarly.push({ who: 'visitor0', id: 'a' }))).toEqual(['I8'])
    expect(broken((_, { screens }) => Object.assign(screens[0]!.rows[0]!, { delivery: 'failed' }))).toEqual(['I8'])
  })

  test('[P7] a visitor for whom nobody will come', () => {
    expect(broken((_, { stuck }) => stuck.push('v'))).toEqual(['P7'])
  })
})
