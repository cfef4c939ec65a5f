import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, settle } from '../test/fake-clock.ts'
import { leftEntry as entry, type Flight, startSender, unsentOf, writeTo } from '../test/start-sender.ts'
import type { OutboxDriver } from './outbox.ts'
import { createMemoryOutbox } from './outbox-memory.ts'
import { UsherError } from './protocol/errors.ts'
import type { Sender } from './sender.ts'

let clock: FakeClock
let driver: OutboxDriver
let flights: Flight[]
let sender: Sender
/** Where what is written belongs; undefined while nobody knows. */
let visitor: string | undefined
let said: string[]
let seq: number

beforeEach(() => {
  clock = new FakeClock()
  driver = createMemoryOutbox()
  flights = []
  visitor = 'v'
  said = []
  seq = 0
  sender = createSender()
})

const createSender = (): Sender =>
  startSender({
    clock,
    driver,
    onFlight: (flight) => flights.push(flight),
    nextSeq: () => ++seq,
    place: () => (visitor === undefined ? undefined : { site: 's', visitor }),
    author: () => ({ role: 'visitor', id: visitor ?? '' }),
    onSent(message) {
      said.push(`${message.text} by ${message.author.id}`)
      return message
    },
  })

const send = (...texts: string[]) => writeTo(sender, ...texts)
const land = async (from: number, to = flights.length) => {
  for (let i = from; i < to; i++) {
    flights[i]?.land()
    await settle()
  }
}
const flown = (from = 0) => flights.slice(from).map(({ entry }) => `${entry.visitor}: ${entry.text}`)
const waiting = () => unsentOf(sender)
const left = new UsherError('session_revoked', 'unable to send; the session was replaced')

describe('[P2] an author who goes on in another place', () => {
  it('takes along what is not saved, in the order of writing; answers from the place before do not count', async () => {
    sender.resume(0, true)
    const [stored, flying, refused] = send('stored', 'flying', 'refused')
    await settle()
    await land(0, 1)
    visitor = undefined
    sender.leave()
    await land(1, 2)
    flights[2]?.refuse('connection_lost')
    await settle()
    expect(waiting()).toEqual(['stored queued', 'flying queued', 'refused queued'])
    visitor = 'w'
    sender.placed()
    sender.resume(0, true)
    await settle()
    await land(3, 4)
    await land(4, 6)
    await Promise.all([stored, flying, refused])
    expect(flown(3)).toEqual(['w: stored', 'w: flying', 'w: refused'])
    expect(said).toEqual(['stored by v', 'stored by w', 'flying by w', 'refused by w'])
  })

  it('is asked for nothing by the timer of a message that was stored before', async () => {
    sender.resume(0, true)
    send('stored')
    await settle()
    await land(0)
    sender.leave()
    expect(clock.waiting).toBe(0)
  })

  it('can still send again what was refused', async () => {
    sender.resume(0, true)
    send('a')
    await settle()
    flights[0]?.refuse('forbidden')
    await settle()
    visitor = 'w'
    sender.leave()
    sender.placed()
    sender.resume(0, true)
    await settle()
    expect(waiting()).toEqual(['a failed'])
    expect(await driver.load('me')).toEqual([expect.objectContaining({ text: 'a', visitor: 'w', failed: expect.anything() })])
    void sender.retry(flights[0]!.entry.id)
    await settle()
    expect(flown()).toEqual(['v: a', 'w: a'])
  })

  it('sends nothing before it is kept for the new place, whatever is still being written for the old one', async () => {
    const written: (() => void)[] = []
    driver = { ...createMemoryOutbox(), put: () => new Promise((resolve) => written.push(resolve)) }
    sender = createSender()
    sender.resume(0, true)
    send('a')
    visitor = 'w'
    sender.leave()
    sender.placed()
    sender.resume(0, true)
    written[0]?.()
    await settle()
    expect(flown()).toEqual([])
    written[1]?.()
    await settle()
    expect(flown()).toEqual(['w: a'])
  })
})

describe('[P6] another author in another place', () => {
  it('takes along only what was written while nobody knew whose it is; the rest stays in the outbox, and who awaits it hears why', async () => {
    const [first] = send('of the first')
    await settle()
    visitor = undefined
    const [second] = send('of the second')
    await settle()
    sender.leave(left)
    await expect(first).rejects.toBe(left)
    visitor = 'w'
    sender.placed()
    sender.resume(0, true)
    await settle()
    await land(0)
    await expect(second).resolves.toMatchObject({ text: 'of the second' })
    expect(flown()).toEqual(['w: of the second'])
    expect((await driver.load('me')).map(({ text, visitor }) => `${visitor}: ${text}`)).toEqual(['v: of the first', 'w: of the second'])
  })
})

describe('something is under way', () => {
  it('while it has a place and is not saved there', async () => {
    expect(sender.underway).toBe(false)
    sender.resume(0, true)
    send('a')
    expect(sender.underway).toBe(true)
    await settle()
    await land(0)
    expect(sender.underway).toBe(true)
    sender.savedSeqs([1])
    expect(sender.underway).toBe(false)
  })

  it('not when it was refused, nor while nobody knows where it goes', async () => {
    sender.resume(0, true)
    send('a')
    await settle()
    flights[0]?.refuse('forbidden')
    await settle()
    expect(sender.underway).toBe(false)
    visitor = undefined
    send('b')
    await settle()
    expect(sender.underway).toBe(false)
  })
})

describe('a place that is known now', () => {
  it('changes nothing for what had one', async () => {
    let puts = 0
    driver = { ...driver, put: async () => void puts++ }
    sender = createSender()
    send('a')
    await settle()
    sender.placed()
    await settle()
    expect(puts).toBe(1)
  })

  it('is where another place’s entry goes, which waited for it', async () => {
    sender.resume(0, true)
    visitor = undefined
    sender.adopt([entry('own', clock.now()), entry('of a guest', clock.now() + 1, { visitor: 'guest' })])
    await settle()
    await land(0)
    expect([flown(), waiting()]).toEqual([['v: own'], ['of a guest sending']])
    visitor = 'v'
    sender.placed()
    await settle()
    expect(flown()).toEqual(['v: own', 'v: of a guest'])
  })
})
