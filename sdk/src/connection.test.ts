import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, settle } from '../test/fake-clock.ts'
import { jwtOf, MemoryServer } from '../test/memory-server.ts'
import { type Access, Connection, type Link } from './connection.ts'
import { type ErrorCode, UsherError } from './protocol/errors.ts'

let clock: FakeClock
let server: MemoryServer
let connection: Connection
let asked: number
let linked: { link: Link; renewed: boolean }[]
let lost: number
let failed: UsherError[]
let refusal: UsherError | undefined
let wake: () => void

beforeEach(() => {
  clock = new FakeClock()
  server = new MemoryServer(clock)
  asked = 0
  linked = []
  lost = 0
  failed = []
  refusal = undefined
  connection = new Connection({
    clock,
    dial: server.dial,
    webSocket: undefined,
    async access(): Promise<Access> {
      asked++
      if (refusal) throw refusal
      return { url: 'ws://memory', jwt: jwtOf(1_000), epoch: server.epoch, self: 'vvvvvvvvvvvvvvvvvvvv' }
    },
    onLink: (link, renewed) => linked.push({ link, renewed }),
    onLost: () => lost++,
    onFailed: (error) => failed.push(error),
    watch(onWake) {
      wake = onWake
      return () => {
        wake = () => {}
      }
    },
  })
})

const state = () => connection.status.getSnapshot().state
const refuse = (code: ErrorCode, retryAfterMs?: number) => {
  refusal = new UsherError(code, `unable to connect; ${code}`, { retryAfterMs })
}
const online = async () => {
  connection.start()
  await settle()
  expect(state()).toBe('connected')
}

describe('[P8] dialling', () => {
  it('goes from idle over connecting to connected', async () => {
    expect(state()).toBe('idle')
    connection.start()
    expect(state()).toBe('connecting')
    await settle()
    expect(state()).toBe('connected')
    expect(linked).toHaveLength(1)
  })

  it('goes on for ever, ever slower, and says when it tries next', async () => {
    server.faults.isBrokerDown = true
    connection.start()
    await settle()
    expect(connection.status.getSnapshot()).toMatchObject({
      state: 'reconnecting',
      retryAt: clock.now() + 250,
      error: { code: 'connection_failed' },
    })
    await clock.advance(600_000)
    expect(server.dials).toBeGreaterThan(35)
    expect(server.dials).toBeLessThan(60)
    server.faults.isBrokerDown = false
    await clock.advance(30_000)
    expect(state()).toBe('connected')
  })

  it('is quick after a connection that had lasted, slower after one that breaks at once', async () => {
    await online()
    await clock.advance(20_000)
    server.disconnect()
    await clock.advance(500)
    expect(state()).toBe('connected')
    for (let i = 0; i < 6; i++) {
      server.disconnect()
      await clock.advance(0)
      await clock.advance((connection.status.getSnapshot().retryAt ?? clock.now()) - clock.now())
    }
    server.disconnect()
    await clock.advance(0)
    expect(connection.status.getSnapshot().retryAt! - clock.now()).toBeGreaterThan(5_000)
  })

  it('waits as long as the server asks', async () => {
    refuse('rate_limited', 7_000)
    connection.start()
    await settle()
    expect(connection.status.getSnapshot().retryAt).toBe(clock.now() + 7_000)
  })

  it('happens once, however often it is started', async () => {
    connection.start()
    connection.start()
    await online()
    expect(server.dials).toBe(1)
  })
})

describe('a token', () => {
  it('that is refused is replaced at once, but only once', async () => {
    server.faults.isTokenRefused = true
    connection.start()
    await settle()
    expect([asked, server.dials]).toEqual([2, 2])
    expect(state()).toBe('reconnecting')
    await clock.advance(500)
    expect([asked, server.dials]).toEqual([3, 3])
  })

  it('of the last connection is good enough after a short break', async () => {
    await online()
    server.disconnect()
    await clock.advance(500)
    expect([asked, server.dials]).toEqual([1, 2])
  })

  it('is new after a resync, a longer break, or when the broker was away', async () => {
    await online()
    server.disconnect('resync')
    await clock.advance(500)
    expect(asked).toBe(2)
    await clock.advance(20_000)
    server.disconnect('broker away')
    await clock.advance(500)
    expect(asked).toBe(3)
    server.faults.isBrokerDown = true
    server.disconnect()
    await clock.advance(5_000)
    server.faults.isBrokerDown = false
    await clock.advance(30_000)
    expect(state()).toBe('connected')
    expect(asked).toBeGreaterThan(3)
  })

  it('is the last one again while nobody can make one', async () => {
    await online()
    refuse('service_unavailable')
    server.disconnect('broker away')
    await clock.advance(500)
    expect([asked, state()]).toEqual([2, 'connected'])
  })

  it('is new near the end of its life', async () => {
    await online()
    refuse('service_unavailable')
    await clock.advance(900_000)
    refusal = undefined
    const before = asked
    server.disconnect()
    await clock.advance(500)
    expect(asked).toBe(before + 1)
  })

  it('is renewed before it ends, without a gap: the new connection is there before the old one goes', async () => {
    await online()
    await clock.advance(699_000)
    expect(server.dials).toBe(1)
    await clock.advance(101_000)
    expect(linked.map(({ renewed }) => renewed)).toEqual([false, true])
    expect(state()).toBe('connected')
    expect(lost).toBe(0)
    await clock.advance(5_000)
    expect(server.links.size).toBe(1)
    expect(connection.link).toBe(linked[1]?.link)
  })

  it('that cannot be renewed now is tried again while the old one works', async () => {
    await online()
    server.faults.isBrokerDown = true
    await clock.advance(800_000)
    expect(state()).toBe('connected')
    server.faults.isBrokerDown = false
    await clock.advance(30_000)
    expect(linked.at(-1)?.renewed).toBe(true)
  })

  it('of another epoch is no renewal: something may be missing', async () => {
    await online()
    server.epoch++
    await clock.advance(800_000)
    expect(linked.map(({ renewed }) => renewed)).toEqual([false, false])
    expect(lost).toBe(1)
  })
})

describe('a refusal that dialling does not heal', () => {
  it.each(['site_unknown', 'origin_not_allowed', 'unauthenticated', 'session_revoked', 'identity_invalid'] as const)(
    '%s fails for good',
    async (code) => {
      refuse(code)
      connection.start()
      await clock.advance(100_000)
      expect(asked).toBe(1)
      expect(connection.status.getSnapshot()).toMatchObject({ state: 'failed', error: { code } })
      expect(failed).toHaveLength(1)
      refusal = undefined
      await online()
    },
  )
})

describe('a device that slept', () => {
  it('finds a dead connection within 3 s', async () => {
    await online()
    for (const link of server.links) link.isDead = true
    wake()
    await clock.advance(3_500)
    expect(state()).toBe('connected')
    expect(server.dials).toBe(2)
  })

  it('keeps a connection that answers', async () => {
    await online()
    wake()
    await clock.advance(5_000)
    expect(server.dials).toBe(1)
  })

  it('dials at once instead of waiting', async () => {
    server.faults.isBrokerDown = true
    connection.start()
    await clock.advance(100_000)
    server.faults.isBrokerDown = false
    wake()
    await settle()
    expect(state()).toBe('connected')
  })
})

describe('stopping', () => {
  it('ends the socket and all timers', async () => {
    await online()
    connection.stop()
    await settle()
    expect(state()).toBe('closed')
    expect(server.links.size).toBe(0)
    expect(lost).toBe(1)
    expect(clock.waiting).toBe(0)
  })

  it('while it dials leaves no socket behind', async () => {
    connection.start()
    connection.stop()
    await settle()
    expect(server.links.size).toBe(0)
    expect(linked).toEqual([])
    expect(state()).toBe('closed')
  })

  it('while it waits starts nothing more', async () => {
    server.faults.isBrokerDown = true
    connection.start()
    await settle()
    connection.stop()
    await clock.advance(100_000)
    expect(server.dials).toBe(1)
    expect(state()).toBe('closed')
  })
})
