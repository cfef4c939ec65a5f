import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, settle } from '../test/fake-clock.ts'
import { leftEntry as entry, type Flight, startSender, unsentOf, writeTo } from '../test/start-sender.ts'
import type { OutboxDriver } from './outbox.ts'
import { createMemoryOutbox } from './outbox-memory.ts'
import { UsherError } from './protocol/errors.ts'
import { maxAgeMs, outboxLimit, type Sender, volleySize } from './sender.ts'

let clock: FakeClock
let driver: OutboxDriver
let flights: Flight[]
let sender: Sender
let reread: () => Promise<unknown>
let seq: number

beforeEach(() => {
  clock = new FakeClock()
  driver = createMemoryOutbox()
  flights = []
  seq = 0
  reread = async () => {}
  sender = createSender()
})

const createSender = (): Sender =>
  startSender({ clock, driver, onFlight: (flight) => flights.push(flight), nextSeq: () => ++seq, reread: () => reread() })

const send = (...texts: string[]) => writeTo(sender, ...texts)
const flown = () => flights.map(({ entry }) => entry.text)
const waiting = () => unsentOf(sender)
const stored = async () => (await driver.load('me')).map(({ text }) => text)

describe('[P2] the way of a message', () => {
  it('begins in the outbox: nothing is sent that is not kept', async () => {
    let put = () => {}
    const written = new Promise<void>((resolve) => {
      put = resolve
    })
    driver = { ...createMemoryOutbox(), put: () => written }
    sender = createSender()
    sender.resume(0, true)
    send('a')
    await settle()
    expect(flown()).toEqual([])
    put()
    await settle()
    expect(flown()).toEqual(['a'])
  })

  it('ends when it is saved, not when it is sent', async () => {
    sender.resume(0, true)
    const [sent] = send('a')
    await settle()
    flights[0]?.land()
    await expect(sent).resolves.toMatchObject({ seq: 1, delivery: 'sent' })
    expect(await stored()).toEqual(['a'])
    sender.savedSeqs([1])
    await settle()
    expect(await stored()).toEqual([])
    expect(clock.waiting).toBe(0)
  })

  it('needs no acknowledgement when the live feed shows it', async () => {
    sender.resume(0, true)
    const [sent] = send('a')
    await settle()
    sender.stored(flights[0]!.entry.id, 7)
    await expect(sent).resolves.toMatchObject({ seq: 7 })
    flights[0]?.refuse('timeout')
    await settle()
    expect(sender.unsent).toEqual([])
  })

  it('stays possible when the store of the device fails', async () => {
    driver = { ...createMemoryOutbox(), put: () => Promise.reject(new Error('quota')) }
    sender = createSender()
    sender.resume(0, true)
    send('a')
    await settle()
    expect(flown()).toEqual(['a'])
  })
})

describe('order', () => {
  it('lets the first go alone, then many at once', async () => {
    sender.resume(0, true)
    send(...Array.from({ length: 40 }, (_, i) => `m${i}`))
    await settle()
    expect(flown()).toEqual(['m0'])
    flights[0]?.land()
    await settle()
    expect(flights).toHaveLength(1 + volleySize)
    for (const flight of flights.slice(2)) flight.land()
    await settle()
    expect(flights).toHaveLength(1 + volleySize)
    flights[1]?.land()
    await settle()
    expect(flights).toHaveLength(40)
  })

  it('after a refusal waits for what is under way, then goes on with the refused one', async () => {
    sender.resume(0, true)
    send('a', 'b', 'c', 'd')
    await settle()
    flights[0]?.land()
    await settle()
    expect(flown()).toEqual(['a', 'b', 'c', 'd'])
    flights[1]?.refuse('rate_limited', 1_000)
    flights[2]?.refuse('rate_limited', 1_000)
    flights[3]?.refuse('rate_limited', 1_000)
    await clock.advance(999)
    expect(flights).toHaveLength(4)
    await clock.advance(1)
    expect(flown().slice(4)).toEqual(['b'])
    flights[4]?.land()
    await settle()
    expect(flown().slice(4)).toEqual(['b', 'c', 'd'])
  })

  it('holds over a lost connection', async () => {
    sender.resume(0, true)
    send('a', 'b')
    await settle()
    sender.pause()
    flights[0]?.refuse('connection_lost')
    await settle()
    expect(waiting()).toEqual(['a queued', 'b queued'])
    sender.resume(0, true)
    expect(flown().slice(1)).toEqual(['a'])
  })

  it('puts what an earlier page left before what was written since', async () => {
    send('new')
    sender.adopt([entry('old', clock.now() - 5_000)])
    sender.resume(0, true)
    await settle()
    expect(flown()).toEqual(['old'])
    expect(waiting()).toEqual(['old sending', 'new sending'])
  })
})

describe('a refusal', () => {
  it('that cannot be healed fails the message, and the next one goes', async () => {
    sender.resume(0, true)
    const [a] = send('a', 'b')
    await settle()
    flights[0]?.refuse('validation_failed')
    await expect(a).rejects.toMatchObject({ code: 'validation_failed' })
    expect(sender.unsent[0]).toMatchObject({ delivery: 'failed', error: { code: 'validation_failed' } })
    await settle()
    expect(flown()).toEqual(['a', 'b'])
    expect((await driver.load('me'))[0]?.failed).toMatchObject({ code: 'validation_failed' })
  })

  it('of a full thread is one of those', async () => {
    sender.resume(0, true)
    const [a] = send('a')
    await settle()
    flights[0]?.refuse('thread_full')
    await expect(a).rejects.toMatchObject({ code: 'thread_full' })
  })

  it('can be tried again by the author, under the same id', async () => {
    sender.resume(0, true)
    send('a')
    await settle()
    flights[0]?.refuse('validation_failed')
    await settle()
    const { id } = flights[0]!.entry
    const again = sender.retry(id)
    expect(flights[1]?.entry.id).toBe(id)
    flights[1]?.land()
    await expect(again).resolves.toMatchObject({ id, delivery: 'sent' })
    await expect(sender.retry(id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('[P3] that may heal is tried again, ever slower, under the same id', async () => {
    sender.resume(0, true)
    send('a')
    for (let i = 0; i < 8; i++) {
      await clock.advance(20_000)
      flights.at(-1)?.refuse('timeout')
    }
    expect(flights.length).toBeGreaterThan(5)
    expect(new Set(flights.map(({ entry }) => entry.id)).size).toBe(1)
    expect(waiting()).toEqual(['a sending'])
  })
})

describe('sent, but not saved', () => {
  const sendOne = async () => {
    sender.resume(0, true)
    send('a')
    await settle()
    flights[0]?.land()
    await settle()
  }

  it('is sent again after a minute, then after two, under the same id', async () => {
    await sendOne()
    await clock.advance(59_999)
    expect(flights).toHaveLength(1)
    await clock.advance(1)
    expect(flights[1]?.entry.id).toBe(flights[0]?.entry.id)
    seq = 0
    flights[1]?.land()
    await clock.advance(119_000)
    expect(flights).toHaveLength(2)
    await clock.advance(1_000)
    expect(flights).toHaveLength(3)
  })

  it('is not sent again while the thread shows it', async () => {
    await sendOne()
    reread = async () => sender.stored(flights[0]!.entry.id, 1)
    await clock.advance(60_000)
    expect(flights).toHaveLength(1)
  })

  it('is sent again at once when the stream has lost it', async () => {
    await sendOne()
    sender.lost(flights[0]!.entry.id)
    expect(flights).toHaveLength(2)
    expect(waiting()).toEqual(['a sending'])
  })

  it('is sent again, before what was written since, when the stream has begun another life', async () => {
    await sendOne()
    sender.pause()
    send('b')
    sender.resume(1, true)
    await settle()
    expect(flown()).toEqual(['a', 'a'])
    expect(waiting()).toEqual(['b sending'])
  })

  it('[P4] is sent again, before what was written since, when nobody could look whether the stream still has it', async () => {
    await sendOne()
    sender.pause()
    send('b')
    sender.resume(0, false)
    await settle()
    expect(flown()).toEqual(['a', 'a'])
    expect(new Set(flights.map(({ entry }) => entry.id)).size).toBe(1)
    flights[1]?.land()
    await settle()
    expect(flown()).toEqual(['a', 'a', 'b'])
  })

  it('[P2] is not saved by a notice of the place it had before it was sent again: another message may have that now', async () => {
    await sendOne()
    sender.pause()
    sender.resume(0, false)
    await settle()
    sender.savedSeqs([1])
    await settle()
    expect(await stored()).toEqual(['a'])
    flights[1]?.land()
    await settle()
    sender.savedSeqs([1])
    await settle()
    expect(await stored()).toEqual(['a'])
    sender.savedSeqs([2])
    await settle()
    expect(await stored()).toEqual([])
  })

  it('is saved at the place it was last seen at', async () => {
    await sendOne()
    sender.stored(flights[0]!.entry.id, 9)
    sender.savedSeqs([9])
    await settle()
    expect(await stored()).toEqual([])
  })
})

describe('bounds', () => {
  it('[P9] takes no more than it can keep', () => {
    send(...Array.from({ length: outboxLimit }, (_, i) => `m${i}`))
    expect(() => sender.add('one more', false)).toThrow(expect.objectContaining({ code: 'outbox_full' }))
  })

  it('does not send by itself what is older than 7 days, but offers it', async () => {
    sender.adopt([entry('old', clock.now() - maxAgeMs - 1)])
    sender.resume(0, true)
    expect(flights).toEqual([])
    expect(sender.unsent[0]).toMatchObject({ text: 'old', delivery: 'failed' })
    void sender.retry(sender.unsent[0]!.id)
    expect(flown()).toEqual(['old'])
  })

  it('keeps a failure over a reload', async () => {
    sender.adopt([{ ...entry('bad', clock.now()), failed: { code: 'validation_failed', message: 'unable to send; bad' } }])
    sender.resume(0, true)
    expect(flights).toEqual([])
    expect(sender.unsent[0]).toMatchObject({ delivery: 'failed', error: { code: 'validation_failed', message: 'unable to send; bad' } })
  })
})

describe('an end', () => {
  it('of one message: discarded, it is forgotten and its author told', async () => {
    const [a] = send('a')
    await settle()
    sender.discard(sender.unsent[0]!.id)
    await expect(a).rejects.toMatchObject({ code: 'aborted' })
    sender.resume(0, true)
    await settle()
    expect(flights).toEqual([])
    expect(await stored()).toEqual([])
  })

  it('of all: authors are told, entries stay', async () => {
    const [a] = send('a')
    await settle()
    sender.dispose(new UsherError('disposed', 'unable to go on; closed'))
    await expect(a).rejects.toMatchObject({ code: 'disposed' })
    expect(await stored()).toEqual(['a'])
    expect(clock.waiting).toBe(0)
  })
})
