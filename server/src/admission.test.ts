import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AdmissionEffect, type AdmissionEvent, admit, initialAdmission } from './admission.ts'

function play(events: readonly AdmissionEvent[]) {
  let state = initialAdmission
  const effects: AdmissionEffect[] = []
  for (const event of events) {
    const next = admit(state, event)
    state = next.state
    effects.push(...next.effects)
  }
  return { state, effects }
}

const connected = { type: 'connected' } as const
const disconnected = { type: 'disconnected' } as const
const settled = (turn: number, epoch: number) => ({ type: 'settled', turn, epoch }) as const

describe('admission', () => {
  test('[P4] opens once the epoch is settled, not before', () => {
    expect(play([connected])).toEqual({ state: { phase: 'settling', turn: 1, epoch: undefined }, effects: [{ type: 'settle', turn: 1 }] })
    expect(play([connected, settled(1, 3)])).toMatchObject({
      state: { phase: 'open', epoch: 3 },
      effects: [{ type: 'settle' }, { type: 'open', epoch: 3 }],
    })
  })

  test('[P8] shuts when NATS goes away, and settles again when it is back', () => {
    const { state, effects } = play([connected, settled(1, 0), disconnected, connected, settled(2, 1)])
    expect(effects.map(({ type }) => type)).toEqual(['settle', 'open', 'shut', 'settle', 'open'])
    expect(state).toEqual({ phase: 'open', turn: 2, epoch: 1 })
  })

  test('[P4] an answer from before the reconnect opens nothing', () => {
    expect(play([connected, disconnected, connected, settled(1, 0)]).state.phase).toBe('settling')
    expect(play([connected, disconnected, settled(1, 0)]).state.phase).toBe('away')
  })

  test('a reconnect nobody saw the start of shuts before it settles', () => {
    expect(play([connected, settled(1, 0), connected]).effects.map(({ type }) => type)).toEqual(['settle', 'open', 'shut', 'settle'])
  })

  test('keeps the last epoch while it is away: HTTP goes on answering with it', () => {
    expect(play([connected, settled(1, 7), disconnected]).state.epoch).toBe(7)
  })

  test('[P4] whatever happens, the door is open exactly while the epoch of this connection is settled', () => {
    const event = fc.oneof(
      fc.constant(connected),
      fc.constant(disconnected),
      fc.record({ type: fc.constant('settled' as const), turn: fc.nat(4), epoch: fc.nat(3) }),
    )
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const { state, effects } = play(events)
        const door = effects.filter(({ type }) => type !== 'settle').at(-1)?.type ?? 'shut'
        expect(door).toBe(state.phase === 'open' ? 'open' : 'shut')
        const doors = effects.filter(({ type }) => type !== 'settle').map(({ type }) => type)
        expect(doors).toEqual(doors.map((_, i) => (i % 2 === 0 ? 'open' : 'shut')))
      }),
    )
  })
})
