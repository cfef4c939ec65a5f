import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../test/fake-clock.ts'
import { createVisitor, createWorld, drawn, type World } from '../test/start-visitor.ts'
import { newMessageId } from './protocol/ids.ts'
import type { VisitorSide } from './visitor-client.ts'

let world: World
let client: VisitorSide

beforeEach(async () => {
  world = createWorld()
  client = createVisitor(world)
  client.connect()
  await settle()
})
afterEach(() => client.close())

const screen = () => drawn(client.thread.items.getSnapshot())
const say = (text: string) => world.server.say('agent', text, newMessageId())

/** One saved message, two that a power cut takes; all lines are cut with it. */
async function loseTwo(): Promise<void> {
  await client.thread.send('saved')
  world.server.commit()
  await client.thread.send('mine, lost')
  say('theirs, lost')
  expect(screen()).toHaveLength(3)
  world.server.loseTail()
}

describe('F2 a power cut takes the end of the stream, and the same life goes on', () => {
  it('[P2] what was sent is sent again at the reconnect, before what is written next', async () => {
    await loseTwo()
    world.server.disconnect()
    void client.thread.send('written meanwhile')
    await world.clock.advance(2_000)
    world.server.commit()
    expect(world.server.texts).toEqual(['saved', 'mine, lost', 'written meanwhile'])
    expect(screen()).toEqual(['mine: saved (saved)', 'mine: mine, lost (saved)', 'mine: written meanwhile (saved)'])
  })

  it('[P5] a message that got a lost seq and was not heard is noticed, and filled in', async () => {
    await loseTwo()
    world.server.disconnect()
    await world.clock.advance(2_000)
    world.server.faults.dropLive = () => true
    say('unheard')
    world.server.commit()
    await world.clock.advance(2_000)
    expect(screen()).toEqual(['mine: saved (saved)', 'mine: mine, lost (saved)', 'Anna: unheard'])
  })

  it('[P5] also when a page had told that the thread goes on to there', async () => {
    await client.thread.send('saved')
    world.server.commit()
    say('lost')
    say('lost, too')
    world.server.disconnect()
    await world.clock.advance(2_000)
    expect(screen()).toHaveLength(3)
    world.server.loseTail()
    world.server.disconnect()
    await world.clock.advance(2_000)
    expect(screen()).toEqual(['mine: saved (saved)'])
    world.server.faults.dropLive = () => true
    say('unheard')
    world.server.commit()
    await world.clock.advance(2_000)
    expect(screen()).toEqual(['mine: saved (saved)', 'Anna: unheard'])
  })

  it('[P2] another message that got its seq is not taken for it', async () => {
    await loseTwo()
    world.server.disconnect()
    say('in its place')
    world.server.commit()
    await world.clock.advance(2_000)
    world.server.commit()
    expect(world.server.texts).toEqual(['saved', 'in its place', 'mine, lost'])
    expect(screen()).toEqual(['mine: saved (saved)', 'Anna: in its place', 'mine: mine, lost (saved)'])
  })

  it('[P2] nor when all that is heard of that one is that it is saved, because the thread cannot be read', async () => {
    await loseTwo()
    const { server, clock } = world
    server.faults.isPostgresDown = true
    server.disconnect()
    server.faults.dropLive = () => true
    say('in its place')
    await clock.advance(4_000)
    server.faults.isPostgresDown = false
    server.commit()
    server.faults.dropLive = () => false
    await clock.advance(70_000)
    server.commit()
    await clock.advance(10_000)
    expect(server.texts).toEqual(['saved', 'in its place', 'mine, lost'])
    expect(screen()).toEqual(['mine: saved (saved)', 'Anna: in its place', 'mine: mine, lost (saved)'])
  })

  it('[P3] nor when that comes live, because the thread cannot be read', async () => {
    await loseTwo()
    world.server.faults.isPostgresDown = true
    world.server.disconnect()
    // Gets the lost seq before ours can go out again.
    world.server.faults.isBrokerDown = true
    await world.clock.advance(1_000)
    world.server.faults.isBrokerDown = false
    say('in its place')
    await world.clock.advance(10_000)
    say('and one more')
    world.server.faults.isPostgresDown = false
    await world.clock.advance(60_000)
    world.server.commit()
    await world.clock.advance(10_000)
    expect(world.server.texts).toEqual(['saved', 'in its place', 'mine, lost', 'and one more'])
    expect(screen()).toEqual(['mine: saved (saved)', 'Anna: in its place', 'mine: mine, lost (saved)', 'Anna: and one more'])
  })
})
