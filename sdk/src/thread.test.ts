import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../test/fake-clock.ts'
import { agent, site, visitor } from '../test/memory-server.ts'
import { createVisitor, createWorld, drawn, goOnline, type World } from '../test/start-visitor.ts'
import { newMessageId } from './protocol/ids.ts'
import type { VisitorSide } from './visitor-client.ts'

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

describe('[P5] a gap in the live feed', () => {
  it('is filled within 2 s of the next message', async () => {
    await online()
    say('one')
    world.server.faults.dropLive = () => true
    say('two')
    say('three')
    world.server.faults.dropLive = () => false
    say('four')
    await world.clock.advance(2_000)
    expect(screen()).toEqual(['one', 'two', 'three', 'four'].map((text) => `Anna: ${text}`))
  })

  it('is filled within 2 s of the notice that history has saved', async () => {
    await online()
    world.server.faults.dropLive = () => true
    say('unheard')
    world.server.commit()
    await world.clock.advance(2_000)
    expect(screen()).toEqual(['Anna: unheard'])
  })

  it('F27 is filled when nothing told of it but the notice about a later message', async () => {
    await online()
    say('one')
    // Who Anna is has been read by then.
    await world.clock.advance(2_000)
    Object.assign(world.server.faults, { dropLive: () => true, isSavedLost: true })
    say('unheard, unhinted')
    world.server.commit()
    world.server.faults.isSavedLost = false
    say('the next')
    world.server.commit()
    await world.clock.advance(2_000)
    expect(screen()).toEqual(['one', 'unheard, unhinted', 'the next'].map((text) => `Anna: ${text}`))
  })

  it('is filled by the reconnect, and the news is told', async () => {
    await online()
    const heard: string[] = []
    client.on('message.received', ({ message }) => heard.push(message.text))
    world.server.disconnect()
    say('while you were away')
    await world.clock.advance(2_000)
    expect(screen()).toEqual(['Anna: while you were away'])
    expect(heard).toEqual(['while you were away'])
  })

  it('is read again until the server knows what it announced', async () => {
    await online()
    world.server.faults.dropLive = () => true
    say('unheard')
    world.server.commit()
    world.server.faults.isHttpDown = true
    await world.clock.advance(1_000)
    world.server.faults.isHttpDown = false
    await world.clock.advance(5_000)
    expect(screen()).toEqual(['Anna: unheard'])
  })

  it('starts over from the newest page when too much was missed', async () => {
    await online()
    say('first')
    world.server.disconnect()
    for (let i = 0; i < 700; i++) say(`m${i}`)
    await world.clock.advance(2_000)
    expect(screen()).toHaveLength(50)
    expect(screen().at(-1)).toBe('Anna: m699')
    expect(client.thread.status.getSnapshot().hasOlder).toBe(true)
    await client.thread.loadOlder()
    expect(screen()).toHaveLength(100)
    expect(screen()[0]).toBe('Anna: m600')
  })
})

describe('[P4] order', () => {
  it('puts what was missed where it belongs', async () => {
    await online()
    world.server.faults.dropLive = (subject) => subject.includes('.agent.')
    say('agent first')
    world.server.faults.dropLive = () => false
    await client.thread.send('visitor second')
    world.server.commit()
    await world.clock.advance(2_000)
    expect(screen()).toEqual(['Anna: agent first', 'mine: visitor second (saved)'])
  })

  it('is never mixed up by a connection of an earlier life of the stream: it is replaced', async () => {
    await client.start()
    world.server.epoch++
    client.connect()
    await settle()
    const sent = client.thread.send('one')
    await world.clock.advance(1_000)
    await sent
    expect(world.server.dials).toBe(2)
    expect(client.session.getSnapshot()?.epoch).toBe(world.server.epoch)
    say('two')
    world.server.commit()
    await settle()
    expect(client.thread.items.getSnapshot().map(({ seq }) => seq)).toEqual(world.server.page({}).messages.map(({ seq }) => seq))
  })

  it('takes what a power cut took from the stream off the screen, and sends the own part again', async () => {
    await online()
    await client.thread.send('saved')
    world.server.commit()
    await client.thread.send('lost')
    say('lost too')
    expect(screen()).toHaveLength(3)
    world.server.cutPower()
    await world.clock.advance(2_000)
    world.server.commit()
    expect(screen()).toEqual(['mine: saved (saved)', 'mine: lost (saved)'])
    expect(world.server.texts).toEqual(['saved', 'lost'])
  })
})

it('[P4] N9 the stream begins anew and no token is to be had: nothing overtakes what may be lost', async () => {
  const { server, clock } = world
  await online()
  await client.thread.send('first')
  server.faults.isBrokerDown = true
  server.disconnect('broker away')
  server.cutPower()
  server.sessionError = { status: 503, code: 'service_unavailable' }
  server.faults.isPostgresDown = true
  void client.thread.send('second')
  await clock.advance(5_000)
  server.faults.isBrokerDown = false
  await clock.advance(40_000)
  expect(client.connection.getSnapshot().state).toBe('connected')
  server.sessionError = undefined
  server.faults.isPostgresDown = false
  await clock.advance(60_000)
  server.commit()
  expect(server.texts).toEqual(['first', 'second'])
  expect(screen()).toEqual(['mine: first (saved)', 'mine: second (saved)'])
})

it('[P4] F3 the stream lost its end, and the thread cannot be read: nothing overtakes what may be lost', async () => {
  const { server, clock } = world
  await online()
  await client.thread.send('first')
  server.cutPower()
  // Only what was unsaved is gone: for the server the same life goes on.
  server.epoch--
  server.faults.isPostgresDown = true
  void client.thread.send('second')
  await clock.advance(10_000)
  server.faults.isPostgresDown = false
  await clock.advance(60_000)
  server.commit()
  expect(server.texts).toEqual(['first', 'second'])
  expect(screen()).toEqual(['mine: first (saved)', 'mine: second (saved)'])
})

it('[P3] F22 an answer that the stream lost and its author sent again is announced once', async () => {
  await online()
  const heard: string[] = []
  client.on('message.received', ({ message }) => heard.push(message.text))
  const id = newMessageId()
  world.server.say('agent', 'hello', id)
  expect(heard).toEqual(['hello'])
  world.server.cutPower()
  await world.clock.advance(2_000)
  expect(screen()).toEqual([])
  world.server.say('agent', 'hello', id)
  expect(screen()).toHaveLength(1)
  expect(heard).toEqual(['hello'])
})

describe('[P8] Postgres down', () => {
  it('a running chat goes on, also over a reconnect', async () => {
    await online()
    say('hello')
    await settle()
    world.server.faults.isPostgresDown = true
    say('still here')
    await client.thread.send('me too')
    world.server.disconnect()
    await world.clock.advance(5_000)
    await client.thread.send('and after the reconnect')
    expect(screen()).toEqual(['Anna: hello', 'Anna: still here', 'mine: me too (sent)', 'mine: and after the reconnect (sent)'])
    world.server.faults.isPostgresDown = false
    world.server.commit()
    await world.clock.advance(20_000)
    expect(screen()).toEqual(['Anna: hello', 'Anna: still here', 'mine: me too (saved)', 'mine: and after the reconnect (saved)'])
  })
})

describe('reading and typing', () => {
  it('counts what agents wrote and nobody has read, and tells once it is read', async () => {
    await online()
    say('one')
    const seq = say('two')
    expect(client.thread.unread.getSnapshot()).toBe(2)
    client.thread.markRead()
    client.thread.markRead()
    expect(client.thread.unread.getSnapshot()).toBe(0)
    expect(pulses()).toEqual([{ v: 1, type: 'read', seq }])
  })

  it('shows who types until they are silent or their message is there', async () => {
    await online()
    say('hello')
    await world.clock.advance(1_000)
    const typing = () => client.thread.typing.getSnapshot().map(({ name }) => name)
    world.server.publish(`pulse.${site}.${visitor}.agent.${agent.id}`, { v: 1, type: 'typing' })
    expect(typing()).toEqual(['Anna'])
    say('here I am')
    expect(typing()).toEqual([])
    world.server.publish(`pulse.${site}.${visitor}.agent.${agent.id}`, { v: 1, type: 'typing' })
    await world.clock.advance(6_000)
    expect(typing()).toEqual([])
  })

  it('shows the draft only where the site allows it', async () => {
    world.server.settings = { typingPreview: false }
    await online()
    client.thread.keystroke('he')
    expect(pulses()).toEqual([{ v: 1, type: 'typing' }])
  })

  it('tells the page again after a reconnect', async () => {
    await online()
    client.here({ url: 'https://shop.example/', title: 'Shop' })
    world.server.disconnect()
    await world.clock.advance(2_000)
    expect(pulses().filter((pulse) => pulse.type === 'here')).toHaveLength(2)
  })

  const pulses = () => world.server.pulses.map(({ payload }) => JSON.parse(new TextDecoder().decode(payload)))
})
