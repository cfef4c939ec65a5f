import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../test/fake-clock.ts'
import { identityOf, people, siteKey, tokenOf, visitor } from '../test/memory-server.ts'
import { createVisitor, createWorld, drawn, goOnline, type World } from '../test/start-visitor.ts'
import { newMessageId } from './protocol/ids.ts'
import type { VisitorSide } from './visitor-client.ts'

const storageKey = `usher.${siteKey}`
const mary = people.mary!
const asMary = () => identityOf('mary')
const asBob = () => identityOf('bob')
let world: World
let client: VisitorSide

beforeEach(() => {
  world = createWorld()
  client = createVisitor(world)
})
afterEach(() => client.close())

const online = () => goOnline(client)
const screen = () => drawn(client.thread.items.getSnapshot())
const who = () => client.session.getSnapshot()?.visitor.id
/** Those of the visitor’s messages that Postgres has. */
const textsOf = (of: string) => {
  world.server.commit()
  return world.server.page({}, of).messages.flatMap(({ body }) => ('text' in body ? [body.text] : []))
}
const send = (text: string) => {
  const sent = client.thread.send(text)
  sent.catch(() => {})
  return sent
}
/** As a page in whose browser this visitor was before. */
const returning = (id: string, identified = false) => world.parts.storage.setItem(storageKey, tokenOf(id, identified))

describe('identify', () => {
  it('starts over as the person the site vouches for', async () => {
    await online()
    await send('as a guest')
    world.server.commit()
    await client.identify(asMary)
    await settle()
    expect(world.server.bodies.at(-1)).toMatchObject({ identity: asMary() })
    expect([who(), client.connection.getSnapshot().state, screen()]).toEqual([mary, 'connected', []])
  })

  it('makes no stranger of a visitor whose page connects meanwhile', async () => {
    returning(mary, true)
    client.start().catch(() => {})
    await settle()
    let sign = (_identity: string) => {}
    const signed = new Promise<string>((resolve) => {
      sign = resolve
    })
    const identified = client.identify(() => signed)
    client.connect()
    await settle()
    sign(asMary())
    await identified
    await settle()
    expect(world.server.bodies).toEqual([
      expect.objectContaining({ token: tokenOf(mary, true) }),
      expect.objectContaining({ identity: asMary() }),
    ])
    expect([who(), client.connection.getSnapshot().state]).toEqual([mary, 'connected'])
  })

  it('only the last one counts', async () => {
    await online()
    const first = client.identify(asBob)
    first.catch(() => {})
    await client.identify(asMary)
    await expect(first).rejects.toMatchObject({ code: 'aborted' })
    await settle()
    expect([who(), client.connection.getSnapshot().state]).toEqual([mary, 'connected'])
  })

  it('goes on by itself when the server, or the page’s backend, was away', async () => {
    await online()
    let isBackendDown = true
    const identify = async () => {
      if (isBackendDown) throw new Error('502')
      return asMary()
    }
    await expect(client.identify(identify)).rejects.toMatchObject({ code: 'service_unavailable', retryable: true })
    const sent = send('while it is away')
    await world.clock.advance(2_000)
    isBackendDown = false
    await world.clock.advance(60_000)
    await expect(sent).resolves.toMatchObject({ text: 'while it is away' })
    expect([textsOf(visitor), textsOf(mary)]).toEqual([[], ['while it is away']])
  })

  it('[P6] refused, it ends the session there was', async () => {
    await online()
    world.server.say('agent', 'private', newMessageId())
    world.server.sessionError = { status: 401, code: 'identity_invalid' }
    await expect(client.identify(asMary)).rejects.toMatchObject({ code: 'identity_invalid' })
    expect([screen(), client.session.getSnapshot(), client.connection.getSnapshot()]).toEqual([[], null, { state: 'idle' }])
  })
})

describe('[P2] identify loses nothing', () => {
  it('of somebody who is known already: thread, messages under way and other tabs stay as they are', async () => {
    returning(mary, true)
    await online()
    world.server.faults.isPostgresDown = true
    await send('stored')
    world.server.disconnect()
    await settle()
    const sent = send('waits')
    let changes = 0
    client.thread.status.subscribe(() => changes++)
    await client.identify(asMary)
    await expect(sent).resolves.toMatchObject({ text: 'waits' })
    world.server.faults.isPostgresDown = false
    expect(textsOf(mary)).toEqual(['stored', 'waits'])
    expect(screen()).toEqual(['mine: stored (saved)', 'mine: waits (saved)'])
    expect(changes).toBe(0)
  })

  it('of a guest: what was not stored goes along, in order, and who waits for it hears of it', async () => {
    await online()
    await send('as a guest')
    world.server.commit()
    world.server.disconnect()
    const waiting = [send('one'), send('two')]
    await settle()
    expect(screen()).toEqual(['mine: as a guest (saved)', 'mine: one (queued)', 'mine: two (queued)'])
    await client.identify(asMary)
    await expect(Promise.all(waiting)).resolves.toMatchObject([{ author: { id: mary } }, { author: { id: mary } }])
    expect([textsOf(visitor), textsOf(mary)]).toEqual([['as a guest'], ['one', 'two']])
    expect(screen()).toEqual(['mine: one (saved)', 'mine: two (saved)'])
    await settle()
    expect([await world.parts.outbox.load(visitor), await world.parts.outbox.load(mary)]).toEqual([[], []])
  })

  it('of what was sent just before: there is time until it is saved', async () => {
    await online()
    await send('sent before')
    const identified = client.identify(asMary)
    const after = send('written after')
    await settle()
    expect([who(), screen()]).toEqual([visitor, ['mine: sent before (sent)', 'mine: written after (sending)']])
    world.server.commit()
    await identified
    await after
    expect([textsOf(visitor), textsOf(mary)]).toEqual([['sent before'], ['written after']])
  })

  it('of what nobody saves in time: it goes along as well', async () => {
    await online()
    world.server.faults.isPostgresDown = true
    await send('sent before')
    const identified = client.identify(asMary)
    await world.clock.advance(3_000)
    await identified
    await settle()
    world.server.faults.isPostgresDown = false
    expect(textsOf(mary)).toEqual(['sent before'])
    expect(screen()).toEqual(['mine: sent before (saved)'])
  })

  it('of what is written while the page is asked who it is', async () => {
    await online()
    const identified = client.identify(asMary)
    const sent = send('whose is it?')
    await identified
    await sent
    expect([textsOf(visitor), textsOf(mary)]).toEqual([[], ['whose is it?']])
  })

  it('of a guest’s page that is gone', async () => {
    await online()
    world.server.faults.isBrokerDown = true
    world.server.disconnect()
    send('left behind')
    await settle()
    await client.close()
    world.server.faults.isBrokerDown = false
    client = createVisitor(world, { identity: asMary })
    await online()
    await settle()
    expect([textsOf(visitor), textsOf(mary)]).toEqual([[], ['left behind']])
    await settle()
    expect([await world.parts.outbox.load(visitor), await world.parts.outbox.load(mary)]).toEqual([[], []])
  })

  it('of a guest without a session yet, on a page that is gone', async () => {
    world.server.faults.isHttpDown = true
    send('nobody knows me')
    await settle()
    await client.close()
    world.server.faults.isHttpDown = false
    client = createVisitor(world, { identity: asMary })
    await online()
    await settle()
    expect(textsOf(mary)).toEqual(['nobody knows me'])
  })

  it('of a message that was refused: it can still be sent again', async () => {
    await online()
    world.server.faults.refuse = { code: 403, err_code: 'forbidden', description: 'unable to send; not now' }
    await expect(send('refused')).rejects.toMatchObject({ code: 'forbidden' })
    world.server.faults.refuse = undefined
    await client.identify(asMary)
    await settle()
    expect(screen()).toEqual(['mine: refused (failed)'])
    const [failed] = client.thread.items.getSnapshot()
    await client.thread.retry((failed as { id: string }).id)
    expect(textsOf(mary)).toEqual(['refused'])
  })
})

describe('[P6] one person’s messages are never another’s', () => {
  it('what an identified person left waits for them', async () => {
    returning(mary, true)
    await online()
    world.server.disconnect()
    const sent = send('from mary')
    await client.identify(asBob)
    await expect(sent).rejects.toMatchObject({ code: 'session_revoked' })
    await settle()
    expect([screen(), textsOf(people.bob!)]).toEqual([[], []])
    await client.close()
    client = createVisitor(world, { identity: asMary })
    await online()
    await settle()
    expect(textsOf(mary)).toEqual(['from mary'])
  })

  it('a logout before the session was there forgets what the token’s owner left', async () => {
    returning(mary, true)
    await online()
    world.server.disconnect()
    send('secret')
    await settle()
    await client.close()
    client = createVisitor(world)
    await client.logout()
    expect(await world.parts.outbox.load(mary)).toEqual([])
  })

  it('who listens for the end of a session and begins another is nobody known', async () => {
    client = createVisitor(world, { identity: asMary })
    await online()
    const again: unknown[] = []
    client.session.subscribe(() => client.session.getSnapshot() === null && again.push(client.start()))
    await client.logout()
    await Promise.all(again)
    expect(again).toHaveLength(1)
    expect(world.server.bodies.at(-1)).not.toHaveProperty('identity')
    expect(who()).toBe(visitor)
  })
})

describe('several tabs', () => {
  it('a guest’s tab follows when the person logs in elsewhere, with what it has not sent', async () => {
    await online()
    world.server.disconnect()
    const sent = send('from the other tab')
    world.replaceToken(tokenOf(mary, true))
    await expect(sent).resolves.toMatchObject({ author: { id: mary } })
    expect([who(), client.connection.getSnapshot().state, textsOf(mary)]).toEqual([mary, 'connected', ['from the other tab']])
  })

  it('a new token of the same visitor changes nothing', async () => {
    await online()
    const calls = world.server.calls.length
    world.replaceToken(tokenOf(visitor))
    await settle()
    expect([world.server.calls.length, client.connection.getSnapshot().state]).toEqual([calls, 'connected'])
  })

  it('a tab whose page says who it is stays with that', async () => {
    client = createVisitor(world, { identity: asMary })
    await online()
    world.replaceToken(tokenOf(people.bob!, true))
    await settle()
    expect([who(), client.connection.getSnapshot().state]).toEqual([mary, 'connected'])
  })
})
