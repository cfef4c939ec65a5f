import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../test/fake-clock.ts'
import { Keystrokes, maxDraftLength } from './keystrokes.ts'
import { encode } from './protocol/codec.ts'
import { maxPayloadBytes } from './protocol/messages.ts'

let clock: FakeClock
let sent: (string | undefined)[]
const typing = (preview: boolean) => new Keystrokes({ clock, preview: () => preview, send: (text) => sent.push(text) })

beforeEach(() => {
  clock = new FakeClock()
  sent = []
})

describe('[P9] typing', () => {
  it('is told once per 2 s, however fast one types', async () => {
    const keys = typing(false)
    for (let i = 0; i < 50; i++) {
      keys.type('x'.repeat(i + 1))
      await clock.advance(100)
    }
    expect(sent).toEqual([undefined, undefined, undefined])
  })

  it('with the draft is told every second, the last letters included', async () => {
    const keys = typing(true)
    for (const text of ['h', 'he', 'hel', 'hell', 'hello']) {
      keys.type(text)
      await clock.advance(100)
    }
    await clock.advance(5_000)
    expect(sent).toEqual(['h', 'hello'])
  })

  it('ends with an empty text, once', () => {
    const keys = typing(true)
    keys.type('h')
    keys.type('')
    keys.type('')
    expect(sent).toEqual(['h', ''])
  })

  it('that never began has no end', () => {
    typing(true).type('  ')
    expect(sent).toEqual([])
  })

  it('is not told any more after the message went out', async () => {
    const keys = typing(true)
    keys.type('h')
    keys.type('hello')
    keys.reset()
    await clock.advance(5_000)
    expect(sent).toEqual(['h'])
    expect(clock.waiting).toBe(0)
  })

  it('of the worst text fits the largest payload', () => {
    typing(true).type('\u0001'.repeat(5_000))
    expect(sent[0]).toHaveLength(maxDraftLength)
    expect(encode({ v: 1, type: 'typing', text: sent[0] }).length).toBeLessThan(maxPayloadBytes)
  })
})
