import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, settle } from '../test/fake-clock.ts'
import { leftEntry as entry, type Flight, startSender } from '../test/start-sender.ts'
import type { OutboxDriver } from './outbox.ts'
import { createMemoryOutbox } from './outbox-memory.ts'
import { UsherError } from './protocol/errors.ts'
import { newMessageId } from './protocol/ids.ts'
import { toSeq } from './protocol/seq.ts'
import type { Sender, SenderOptions } from './sender.ts'
import type { TimelineMessage } from './types.ts'

let clock: FakeClock
let driver: OutboxDriver
let flights: Flight[]
let seq: number
let told: TimelineMessage[]
let changes: number
let standing: Map<string, { seq: number; saved: boolean }>
let sender: Sender

beforeEach(() => {
  clock = new FakeClock()
  driver = createMemoryOutbox()
  flights = []
  seq = 0
  told = []
  changes = 0
  standing = new Map()
  sender = start()
})

const start = (options: Partial<Omit<SenderOptions, 'clock'>> = {}): Sender =>
  startSender({
    clock,
    driver,
    onFlight: (flight) => flights.push(flight),
    nextSeq: () => ++seq,
    standing: (id) => standing.get(id),
    onChange: () => changes++,
    onSent: (message) => {
      told.push(message)
      return message
    },
    ...options,
  })

const add = (text: string, note = false) => {
  const added = sender.add(text, note)
  added.sent.catch(() => {})
  return added
}
const land = async (n: number) => {
  flights[n]?.land()
  await settle()
}
const flown = () => flights.map(({ entry }) => entry.text)
const kept = async () => (await driver.load('me')).map(({ text, failed }) => `${text}${failed ? ' failed' : ''}`)
describe('a new message', () => {
  it('is drawn at once as what it is', () => {
    expect(add('hello', true).item).toMatchObject({
      type: 'message',
      seq: null,
      at: new Date(clock.now()),
      author: { role: 'visitor', id: 'me' },
      mine: true,
      note: true,
      kind: 'text',
      text: 'hello',
      delivery: 'queued',
    })
    expect(changes).toBe(1)
  })

  it('is later than the one before, even within a millisecond', () => {
    const [first, second] = [add('a').item, add('b').item]
    expect(second.at.getTime()).toBe(first.at.getTime() + 1)
  })

  it('is later than what an earlier page wrote, whatever the clock does', async () => {
    sender.adopt([entry('old', clock.now() + 60_000)])
    expect(add('new').item.at.getTime()).toBe(clock.now() + 60_001)
  })

  it('waits until it is known whose it is, and is kept under the name that is known then', async () => {
    let place: { site: string; visitor: string } | undefined
    sender = start({ place: () => place })
    sender.resume(0, true)
    add('early')
    await settle()
    expect(flown()).toEqual([])
    expect((await driver.load('me'))[0]).toMatchObject({ site: '', visitor: '' })
    place = { site: 's', visitor: 'v' }
    sender.placed()
    await settle()
    expect(flown()).toEqual(['early'])
    expect((await driver.load('me'))[0]).toMatchObject({ site: 's', visitor: 'v', owner: 'me' })
  })

  it('waits while there is no outbox', async () => {
    sender = start({ outbox: () => undefined })
    sender.resume(0, true)
    add('a')
    await settle()
    expect(flown()).toEqual([])
  })

  it('[P4] that is not in the outbox yet holds up those behind it', async () => {
    const puts: (() => void)[] = []
    driver = { ...createMemoryOutbox(), put: () => new Promise((resolve) => puts.push(resolve)) }
    sender = start()
    sender.resume(0, true)
    add('a')
    add('b')
    puts[1]?.()
    await settle()
    expect(flown()).toEqual([])
    puts[0]?.()
    await settle()
    expect(flown()).toEqual(['a'])
  })
})

describe('nothing is left to send', () => {
  it('when there is nothing, or only what has failed', async () => {
    expect(sender.idle).toBe(true)
    sender.resume(0, true)
    add('a')
    expect(sender.idle).toBe(false)
    await settle()
    flights[0]?.refuse('validation_failed')
    await settle()
    expect(sender.idle).toBe(true)
  })

  it('not while something is stored and not saved', async () => {
    sender.resume(0, true)
    const { item } = add('a')
    await settle()
    await land(0)
    expect(sender.idle).toBe(false)
    sender.saved(item.id)
    expect(sender.idle).toBe(true)
  })
})

describe('entries of an earlier page', () => {
  it('that were written before anybody knew where to are placed first', async () => {
    sender.resume(0, true)
    sender.adopt([entry('early', clock.now(), { site: '', visitor: '' })])
    await settle()
    expect((await driver.load('me'))[0]).toMatchObject({ site: 's', visitor: 'v' })
    expect(flown()).toEqual(['early'])
  })

  it('that have a place are not written again', async () => {
    let puts = 0
    driver = {
      ...createMemoryOutbox(),
      put: async () => {
        puts++
      },
    }
    sender = start()
    sender.adopt([entry('old', clock.now())])
    await settle()
    expect(puts).toBe(0)
  })

  it('go out at once when there is a connection, and are taken over once', async () => {
    sender.resume(0, true)
    const old = entry('old', clock.now())
    sender.adopt([old])
    sender.adopt([old])
    await settle()
    expect(flown()).toEqual(['old'])
    expect(sender.unsent).toHaveLength(1)
  })

  it('are not sent when the thread shows them', async () => {
    const old = entry('old', clock.now())
    standing.set(old.id, { seq: 5, saved: false })
    sender.resume(0, true)
    sender.adopt([old])
    await settle()
    expect(flown()).toEqual([])
    expect(told).toMatchObject([{ id: old.id, seq: 5, delivery: 'sent' }])
  })

  it('are forgotten when the thread shows them saved', async () => {
    const old = entry('old', clock.now())
    await driver.put(old)
    standing.set(old.id, { seq: 5, saved: true })
    sender.adopt([old])
    await settle()
    expect(await kept()).toEqual([])
    expect(clock.waiting).toBe(0)
  })
})

describe('stored', () => {
  it('is told once, with the place it was first seen at', async () => {
    sender.resume(0, true)
    const { item } = add('a')
    await settle()
    await land(0)
    sender.stored(item.id, 1)
    sender.stored(item.id, 9)
    expect(told).toMatchObject([{ id: item.id, seq: 1, delivery: 'sent' }])
    expect(told[0]).not.toHaveProperty('error')
    expect(clock.waiting).toBe(1)
  })

  it('of somebody else, or after the end, means nothing', () => {
    sender.stored(newMessageId(), 4)
    const { item } = add('a')
    sender.dispose(new UsherError('disposed', 'unable to go on; closed'))
    sender.stored(item.id, 4)
    expect(told).toEqual([])
    expect(clock.waiting).toBe(0)
  })

  it('is the end of what could not be sent', async () => {
    sender.resume(0, true)
    const { item } = add('a')
    await settle()
    flights[0]?.refuse('validation_failed')
    await settle()
    sender.stored(item.id, 4)
    expect(sender.unsent).toEqual([])
    expect(told[0]).not.toHaveProperty('error')
  })

  it('in this life of the stream stays, in an earlier one goes out again', async () => {
    sender.resume(1, true)
    add('a')
    await settle()
    seq = toSeq(1, 4)
    await land(0)
    sender.pause()
    sender.resume(1, true)
    expect(flights).toHaveLength(1)
    sender.pause()
    sender.resume(2, true)
    expect(flights).toHaveLength(2)
    seq = toSeq(2, 0)
    await land(1)
    sender.pause()
    sender.resume(2, true)
    expect(flights).toHaveLength(2)
  })

  it('is not sent again when it is seen while the thread is read', async () => {
    sender = start({ reread: async () => sender.stored(flights[0]!.entry.id, 1) })
    sender.resume(0, true)
    add('a')
    await settle()
    await land(0)
    await clock.advance(60_000)
    await clock.advance(119_999)
    expect(flights).toHaveLength(1)
  })

  it('cannot be discarded, retried, nor lost twice', async () => {
    sender.resume(0, true)
    const { item } = add('a')
    await settle()
    await land(0)
    sender.discard(item.id)
    await expect(sender.retry(item.id)).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('no failed message') })
    expect(await kept()).toEqual(['a'])
    sender.lost(item.id)
    sender.lost(item.id)
    expect(flights).toHaveLength(2)
    expect(sender.unsent).toMatchObject([{ seq: null }])
  })
})

describe('what is not there', () => {
  it('can be saved, lost and discarded without harm, and not be retried', async () => {
    const id = newMessageId()
    sender.saved(id)
    sender.lost(id)
    sender.discard(id)
    await expect(sender.retry(id)).rejects.toMatchObject({ code: 'not_found' })
    expect(changes).toBe(0)
  })
})

describe('a refusal', () => {
  it('that nobody foresaw is an internal one, and tried again', async () => {
    const cause = new Error('odd')
    let times = 0
    sender = start({
      publish: () => {
        times++
        return Promise.reject(cause)
      },
    })
    sender.resume(0, true)
    add('a')
    await settle()
    expect(times).toBe(1)
    await clock.advance(60_000)
    expect(times).toBeGreaterThan(1)
  })

  it('is gone from the outbox with the next try', async () => {
    sender.resume(0, true)
    const { item } = add('a')
    await settle()
    flights[0]?.refuse('validation_failed')
    await settle()
    expect(await kept()).toEqual(['a failed'])
    void sender.retry(item.id)
    await settle()
    expect(await kept()).toEqual(['a'])
    expect(sender.unsent).toMatchObject([{ delivery: 'sending' }])
    expect(sender.unsent[0]).not.toHaveProperty('error')
  })

  it('kept by a later version reads as an internal one', () => {
    sender.adopt([entry('a', clock.now(), { failed: { code: 'from_the_future', message: 'unable to send; later' } })])
    expect(sender.unsent).toMatchObject([{ delivery: 'failed', error: { code: 'internal', message: 'unable to send; later' } }])
  })

  it('of what was discarded meanwhile is nobody’s', async () => {
    sender.resume(0, true)
    const { item, sent } = add('a')
    add('b')
    await settle()
    sender.discard(item.id)
    flights[0]?.refuse('validation_failed')
    await expect(sent).rejects.toMatchObject({ code: 'aborted', message: expect.stringContaining('discarded') })
    await settle()
    expect(flown()).toEqual(['a', 'b'])
    expect(await kept()).toEqual(['b'])
  })

  it('of what was stored once keeps it under way', async () => {
    sender.resume(0, true)
    const { item } = add('a')
    await settle()
    await land(0)
    sender.lost(item.id)
    sender.stored(item.id, 3)
    sender.pause()
    sender.resume(1, true)
    flights.at(-1)?.refuse('validation_failed')
    await settle()
    expect(await kept()).toEqual(['a'])
  })
})

describe('a pause', () => {
  it('announced by the server is kept, and a new connection ends it', async () => {
    sender.resume(0, true)
    add('a')
    await settle()
    flights[0]?.refuse('rate_limited', 30_000)
    await clock.advance(29_999)
    expect(flights).toHaveLength(1)
    sender.pause()
    sender.resume(0, true)
    expect(flights).toHaveLength(2)
  })

  it('without a connection sends nothing', async () => {
    sender.resume(0, true)
    sender.pause()
    add('a')
    await clock.advance(60_000)
    expect(flights).toEqual([])
    expect(sender.unsent).toMatchObject([{ delivery: 'queued' }])
  })
})

describe('the end', () => {
  it('sends nothing more, and stops the pause', async () => {
    sender.resume(0, true)
    add('a')
    await settle()
    flights[0]?.refuse('rate_limited', 30_000)
    await settle()
    sender.dispose(new UsherError('disposed', 'unable to go on; closed'))
    expect(clock.waiting).toBe(0)
    add('b')
    await settle()
    expect(flights).toHaveLength(1)
  })

  it('of what is under way is not a failure', async () => {
    sender.resume(0, true)
    add('a')
    await settle()
    sender.dispose(new UsherError('disposed', 'unable to go on; closed'))
    flights[0]?.refuse('validation_failed')
    await settle()
    expect(await kept()).toEqual(['a'])
  })
})
