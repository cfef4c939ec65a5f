import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../test/fake-clock.ts'
import { agent, site, tokenOf, visitor } from '../test/memory-server.ts'
import { createVisitor, createWorld, drawn, goOnline, type World } from '../test/start-visitor.ts'
import { newMessageId } from './protocol/ids.ts'
import type { VisitorSide } from './visitor-client.ts'

const storageKey = 'usher.kkkkkkkkkkkkkkkkkkkk'
let world: World
let client: VisitorSide

beforeEach(() => {
  world = createWorld()
  client = createVisitor(world)
})
afterEach(() => client.close())

const online = () => goOnline(client)
const screen = () => drawn(client.thread.items.getSnapshot())
const say = (text: string) => world.server.say('agent', text, newMessageId())

describe('a session', () => {
  it('asks once, whoever calls, and keeps the token', async () => {
    const [a, b] = await Promise.all([client.start(), client.start()])
    expect(a).toBe(b)
    expect(world.server.calls).toEqual(['POST /v1/session'])
    expect(world.parts.storage.getItem(storageKey)).toBe(tokenOf(visitor))
    expect(world.server.dials).toBe(0)
  })

  it('opens no socket before connect', async () => {
    await client.start()
    expect(client.connection.getSnapshot()).toEqual({ state: 'idle' })
  })

  it('shows history before the socket is there', async () => {
    world.parts.storage.setItem(storageKey, 'earlier')
    world.server.say('agent', 'welcome back', newMessageId())
    await client.start()
    expect(screen()).toEqual(['Anna: welcome back'])
    expect(client.thread.status.getSnapshot()).toMatchObject({ phase: 'ready', hasOlder: false })
  })

  it('can be tried again after a failure', async () => {
    world.server.faults.isHttpDown = true
    await expect(client.start()).rejects.toMatchObject({ code: 'connection_failed' })
    world.server.faults.isHttpDown = false
    await expect(client.start()).resolves.toMatchObject({ visitor: { id: visitor } })
  })

  it('asks the identity provider at each session', async () => {
    let calls = 0
    client = createVisitor(world, { identity: async () => `jwt-${++calls}` })
    await client.start()
    expect(world.server.bodies).toEqual([expect.objectContaining({ identity: 'jwt-1' })])
  })

  it('fails for good where the site is unknown', async () => {
    world.server.sessionError = { status: 404, code: 'site_unknown' }
    client.connect()
    await settle()
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'failed', error: { code: 'site_unknown' } })
    await world.clock.advance(120_000)
    expect(world.server.calls).toHaveLength(1)
  })
})

describe('[P2] a message', () => {
  it('goes from sending over sent to saved to read', async () => {
    await online()
    const sent = client.thread.send('hello')
    expect(screen()).toEqual(['mine: hello (sending)'])
    await expect(sent).resolves.toMatchObject({ text: 'hello', delivery: 'sent', mine: true })
    expect(screen()).toEqual(['mine: hello (sent)'])
    world.server.commit()
    expect(screen()).toEqual(['mine: hello (saved)'])
    const seq = client.thread.lastSeq
    world.server.publish(`pulse.${site}.${visitor}.agent.${agent.id}`, { v: 1, type: 'read', seq })
    expect(screen()).toEqual(['mine: hello (read)'])
    expect(await world.parts.outbox.load(visitor)).toEqual([])
  })

  it('waits while there is no connection, and goes out in order', async () => {
    world.server.faults.isBrokerDown = true
    client.connect()
    await settle()
    const both = Promise.all([client.thread.send('one'), client.thread.send('two')])
    await settle()
    expect(screen()).toEqual(['mine: one (queued)', 'mine: two (queued)'])
    world.server.faults.isBrokerDown = false
    await world.clock.advance(60_000)
    await both
    world.server.commit()
    expect(world.server.texts).toEqual(['one', 'two'])
    expect(screen()).toEqual(['mine: one (saved)', 'mine: two (saved)'])
  })

  it('may be written before anything is known of the visitor', async () => {
    world.server.faults.isHttpDown = true
    const sent = client.thread.send('anybody there?')
    sent.catch(() => {})
    await settle()
    expect(screen()).toEqual(['mine: anybody there? (queued)'])
    world.server.faults.isHttpDown = false
    client.connect()
    await world.clock.advance(1_000)
    await expect(sent).resolves.toMatchObject({ author: { id: visitor } })
  })

  it('is kept until it is saved, and sent again by the next page under the same id', async () => {
    await online()
    world.server.faults.isPostgresDown = true
    await client.thread.send('keep me')
    const [entry] = await world.parts.outbox.load(visitor)
    expect(entry).toMatchObject({ text: 'keep me', owner: visitor, site })
    await client.close()
    world.server.faults.isPostgresDown = false
    world.server.cutPower()
    client = createVisitor(world)
    await online()
    await world.clock.advance(1_000)
    world.server.commit()
    expect(world.server.texts).toEqual(['keep me'])
    expect(screen()).toEqual(['mine: keep me (saved)'])
    expect(await world.parts.outbox.load(visitor)).toEqual([])
  })

  it('is forgotten when the thread was read, and shows it saved, before the outbox was', async () => {
    await online()
    await client.thread.send('saved meanwhile')
    await client.close()
    world.server.commit()
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    const { outbox } = world.parts
    world.parts.outbox = { ...outbox, load: (owner) => opened.then(() => outbox.load(owner)) }
    client = createVisitor(world)
    await client.start()
    expect(screen()).toEqual(['mine: saved meanwhile (saved)'])
    open()
    await settle()
    expect(await outbox.load(visitor)).toEqual([])
  })

  it('introduces a new visitor to the agents', async () => {
    client = createVisitor(world, { page: () => ({ url: 'https://shop.example/', title: 'Shop' }), locale: 'de' })
    await online()
    await client.thread.send('hello')
    await client.thread.send('again')
    await settle()
    expect(world.server.calls.filter((call) => call.startsWith('PATCH'))).toEqual(['PATCH /v1/visitor'])
    expect(world.server.bodies.at(-1)).toEqual({ locale: 'de', page: { url: 'https://shop.example/', title: 'Shop' } })
  })

  it('is refused with a sentence when it is empty or too long', async () => {
    await online()
    await expect(client.thread.send('  \n')).rejects.toMatchObject({ code: 'invalid_argument' })
    await expect(client.thread.send('x'.repeat(4_003))).rejects.toThrow('unable to send; the message is 3 characters too long')
    await expect(client.thread.send('€'.repeat(3_900))).rejects.toMatchObject({ code: 'message_too_long' })
    expect(screen()).toEqual([])
  })
})

describe('[P3] every message appears once', () => {
  it('when the acknowledgement is lost with the connection', async () => {
    await online()
    world.server.faults.isAckLost = true
    const sent = client.thread.send('once')
    await settle()
    world.server.faults.isAckLost = false
    await world.clock.advance(2_000)
    await expect(sent).resolves.toMatchObject({ delivery: 'sent' })
    world.server.commit()
    expect(screen()).toEqual(['mine: once (saved)'])
    expect(world.server.storedCount).toBe(1)
  })

  it('when the live feed repeats itself', async () => {
    await online()
    world.server.faults.isLiveDoubled = true
    say('hi')
    await client.thread.send('hello')
    await settle()
    expect(screen()).toEqual(['Anna: hi', 'mine: hello (sent)'])
  })

  it('in two tabs, wherever it was written', async () => {
    const other = createVisitor(world)
    await online()
    other.connect()
    await settle()
    await client.thread.send('from the first')
    await other.thread.send('from the second')
    world.server.commit()
    expect(screen()).toEqual(['mine: from the first (saved)', 'mine: from the second (saved)'])
    expect(drawn(other.thread.items.getSnapshot())).toEqual(screen())
    await other.close()
  })
})

describe('logout', () => {
  it('[P6] leaves nothing of the visitor behind', async () => {
    await online()
    world.server.faults.isPostgresDown = true
    await client.thread.send('secret')
    await client.logout()
    expect(world.parts.storage.getItem(storageKey)).toBe(null)
    expect(await world.parts.outbox.load(visitor)).toEqual([])
    expect(screen()).toEqual([])
    expect(client.session.getSnapshot()).toBe(null)
    expect(client.connection.getSnapshot()).toEqual({ state: 'idle' })
    expect(world.server.links.size).toBe(0)
  })

  it('[P6] in another tab ends this one too', async () => {
    await online()
    say('private')
    world.forget()
    expect(screen()).toEqual([])
    expect(client.session.getSnapshot()).toBe(null)
  })

  it('drops the answer of a session that was under way', async () => {
    const started = client.start()
    void client.logout()
    await expect(started).rejects.toMatchObject({ code: 'aborted' })
    expect(client.session.getSnapshot()).toBe(null)
    expect(world.parts.storage.getItem(storageKey)).toBe(null)
  })

  it('drops an answer that comes after it', async () => {
    let answer = () => {}
    const late = new Promise<void>((resolve) => {
      answer = resolve
    })
    client = createVisitor(world, {
      async fetch(input, init) {
        await late
        return world.server.fetch(input, init)
      },
    })
    const started = client.start()
    await settle()
    await client.logout()
    answer()
    await expect(started).rejects.toMatchObject({ code: 'aborted' })
    expect(client.session.getSnapshot()).toBe(null)
  })
})

it('leaves no timer behind when it is closed', async () => {
  await online()
  await client.thread.send('hello')
  client.thread.keystroke('x')
  client.thread.keystroke('xy')
  say('hi')
  client.thread.markRead()
  await client.close()
  await world.clock.advance(10_000)
  expect(world.clock.waiting).toBe(0)
})
