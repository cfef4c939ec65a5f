import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { colleague, conversation, idOf, me, myCard } from '../test/conversations.ts'
import { settle } from '../test/fake-clock.ts'
import { jwtOf, refusal, site, visitor } from '../test/memory-server.ts'
import { createWorld, drawn, type World } from '../test/start-visitor.ts'
import { AgentSide } from './agent-client.ts'
import { type Conversation, encode, live, type Me, newMessageId, subjects, type ThreadEvent } from './protocol/index.ts'
import type { Inbox } from './types.ts'

let world: World
let client: AgentSide
/** What the server holds. */
let conversations: Conversation[]

const mira: Me = {
  id: me,
  name: 'Anna',
  email: 'a@b.example',
  role: 'agent',
  presence: 'online',
  capacity: 8,
  sites: [{ id: site, name: 'Shop' }],
}

beforeEach(() => {
  world = createWorld()
  conversations = []
  const { routes } = world.server
  routes.set('POST /v1/login', () => Response.json(mira, { headers: { 'set-cookie': '__Host-usher=abc; Path=/; Secure' } }))
  routes.set('POST /v1/logout', () => new Response(null, { status: 204 }))
  routes.set('GET /v1/me', () => Response.json(mira))
  routes.set('PUT /v1/me/presence', () => Response.json({ presence: 'away' }))
  routes.set('GET /v1/me/nats', () => Response.json({ url: 'ws://memory', jwt: jwtOf(3_600), expiresAt: '', epoch: world.server.epoch }))
  routes.set('GET /v1/conversations', (url) => Response.json(page(url)))
  client = new AgentSide({ baseUrl: 'http://memory', fetch: world.server.fetch }, world.parts)
})
afterEach(() => client.close())

function page(url: URL) {
  const ids = url.searchParams.get('ids')?.split(',')
  const view = url.searchParams.get('view')
  const isIn = ({ id, status, assignee }: Conversation) =>
    ids
      ? ids.includes(id)
      : view === 'mine'
        ? assignee?.id === me && status === 'open'
        : view === 'queue'
          ? status === 'queued'
          : status !== 'resolved'
  const counts = { mine: conversations.filter(({ assignee }) => assignee?.id === me).length, queue: 0, all: conversations.length }
  return { items: conversations.filter(isIn), counts }
}

const online = async () => {
  await client.login({ email: 'a@b.example', password: 'x' })
  client.connect()
  await settle()
  expect(client.connection.getSnapshot().state).toBe('connected')
}
const names = (inbox: Inbox) => inbox.items.getSnapshot().map(({ id }) => Number(id.slice(1)))
const requests = (path: string) => world.server.calls.filter((call) => call.includes(path)).length
const tell = (n: number, fact: { type: ThreadEvent['type']; data: object }) =>
  world.server.tell({ v: 1, id: newMessageId(), conversation: idOf(n), ...fact } as ThreadEvent)

describe('a login', () => {
  it('keeps the cookie where no browser does', async () => {
    const cookies: unknown[] = []
    const fetch: typeof globalThis.fetch = (input, init) => {
      cookies.push(new Headers(init?.headers).get('cookie'))
      return world.server.fetch(input, init)
    }
    client = new AgentSide({ baseUrl: 'http://memory', fetch }, world.parts)
    await client.login({ email: 'a@b.example', password: 'x' })
    await client.resume()
    expect(cookies).toEqual([null, '__Host-usher=abc'])
  })

  it('that is not there resumes to nothing', async () => {
    world.server.routes.set('GET /v1/me', () => refusal(401, 'unauthenticated'))
    expect(await client.resume()).toBe(null)
    expect(client.connection.getSnapshot().state).toBe('idle')
  })

  it('that ends elsewhere ends the connection and is told', async () => {
    const ended: string[] = []
    client.on('login.ended', ({ error }) => ended.push(error.code))
    await online()
    world.server.routes.set('GET /v1/conversations/x', () => refusal(401, 'unauthenticated'))
    await expect(client.conversation('x')).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(ended).toEqual(['unauthenticated'])
    expect(client.me.getSnapshot()).toBe(null)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'failed' })
  })

  it('[P6] that is ended leaves nothing behind', async () => {
    conversations = [conversation(1)]
    await online()
    const inbox = client.inbox('all')
    const thread = client.thread(site, visitor)
    await settle()
    world.server.faults.isPostgresDown = true
    await thread.send('secret')
    await client.logout()
    expect(names(inbox)).toEqual([])
    expect(client.me.getSnapshot()).toBe(null)
    expect(await world.parts.outbox.load(me)).toEqual([])
    expect(world.server.links.size).toBe(0)
  })
})

describe('presence', () => {
  const beats = () =>
    world.server.pulses
      .filter(({ subject }) => subject === subjects.presence(me))
      .map(({ payload }) => JSON.parse(new TextDecoder().decode(payload)).presence)

  it('is told every 10 s, and at once when it changes', async () => {
    await online()
    await client.setPresence('away')
    await clock(25_000)
    expect(beats()).toEqual(['online', 'away', 'away', 'away'])
    await client.setPresence('offline')
    await clock(60_000)
    expect(beats().slice(4)).toEqual(['offline'])
  })

  it('of colleagues is heard, and ends with their silence', async () => {
    const heard: string[] = []
    client.on('presence.changed', ({ presence }) => heard.push(presence))
    await online()
    for (const _ of [1, 2]) world.server.publish(subjects.presence(colleague.id), { v: 1, presence: 'online' })
    expect(client.presences.getSnapshot().get(colleague.id)).toBe('online')
    await clock(30_000)
    expect(heard).toEqual(['online', 'offline'])
  })

  const clock = (ms: number) => world.clock.advance(ms)
})

describe('the inbox', () => {
  it('is read once it is opened, and again after a reconnect', async () => {
    await online()
    conversations = [conversation(1)]
    const inbox = client.inbox('queue')
    await settle()
    expect(names(inbox)).toEqual([1])
    expect(client.counts.getSnapshot()).toEqual({ mine: 0, queue: 0, all: 1 })
    conversations = [conversation(2)]
    world.server.disconnect()
    await world.clock.advance(1_000)
    expect(names(inbox)).toEqual([2])
  })

  it('follows events at once, and asks for what they leave open, together', async () => {
    await online()
    const [queue, mine] = [client.inbox('queue'), client.inbox('mine')]
    await settle()
    const before = requests('ids=')
    conversations = [conversation(1), conversation(2)]
    for (const n of [1, 2]) tell(n, { type: 'conversation.opened', data: {} })
    await world.clock.advance(250)
    expect(names(queue)).toEqual([1, 2])
    expect(requests('ids=')).toBe(before + 1)
    conversations = [conversation(1, { status: 'open', assignee: myCard }), conversation(2)]
    tell(1, { type: 'conversation.assigned', data: { agent: myCard, by: 'router' } })
    expect(names(queue)).toEqual([2])
    expect(names(mine)).toEqual([1])
  })

  it('tells what became this agent’s, once, and not what was theirs before', async () => {
    const assigned: number[] = []
    client.on('conversation.assigned', ({ conversation: { id } }) => assigned.push(Number(id.slice(1))))
    conversations = [conversation(1, { status: 'open', assignee: myCard })]
    await online()
    client.inbox('mine')
    await settle()
    expect(assigned).toEqual([])
    conversations.push(conversation(2, { status: 'open', assignee: myCard }))
    for (const n of [2, 2, 1]) tell(n, { type: 'conversation.assigned', data: { agent: myCard, by: 'router' } })
    await world.clock.advance(1_000)
    tell(2, { type: 'conversation.assigned', data: { agent: myCard, by: 'router' } })
    await world.clock.advance(1_000)
    expect(assigned).toEqual([2])
  })

  it('counts what is unread until it is read', async () => {
    conversations = [conversation(1, { status: 'open', assignee: myCard })]
    await online()
    const inbox = client.inbox('mine')
    const thread = client.thread(site, visitor)
    await settle()
    world.server.say('visitor', 'hello', newMessageId())
    const unread = () => inbox.items.getSnapshot()[0]?.unread
    expect(unread()).toBe(1)
    thread.markRead()
    expect(unread()).toBe(0)
  })

  it('asks again when the server was away', async () => {
    await online()
    const inbox = client.inbox('queue')
    await settle()
    world.server.faults.isHttpDown = true
    conversations = [conversation(1)]
    tell(1, { type: 'conversation.opened', data: {} })
    await world.clock.advance(5_000)
    world.server.faults.isHttpDown = false
    await world.clock.advance(15_000)
    expect(names(inbox)).toEqual([1])
  })

  it('stays quick with 200 conversations and a flood: one recount per burst', async () => {
    conversations = Array.from({ length: 200 }, (_, i) => conversation(i + 1, { status: 'open', assignee: myCard }))
    await online()
    const inbox = client.inbox('mine')
    await settle()
    let told = 0
    inbox.items.subscribe(() => told++)
    const [link] = world.server.links
    for (let i = 0; i < 5_000; i++) {
      const who = conversations[i % 200]!.visitor.id
      const data = encode({ v: 1, id: newMessageId(), kind: 'text', body: { text: `m${i}` } })
      const header = (name: string) => (name === 'Nats-Sequence' ? String(i + 1) : undefined)
      link?.deliver({ subject: live(subjects.visitorMessage(site, who)), data, header })
    }
    await settle()
    expect(told).toBe(1)
    expect(inbox.items.getSnapshot().reduce((sum, { unread }) => sum + unread, 0)).toBe(5_000)
  })
})

describe('a thread', () => {
  it('is one, however many look at it, and lives until the last lets go', async () => {
    await online()
    const [one, other] = [client.thread(site, visitor), client.thread(site, visitor)]
    expect(one.items).toBe(other.items)
    await settle()
    one.release()
    one.release()
    world.server.say('visitor', 'still heard', newMessageId())
    expect(drawn(other.items.getSnapshot())).toEqual([`${visitor}: still heard`])
    other.release()
    const heard: string[] = []
    client.on('message.received', ({ message }) => heard.push(message.text))
    world.server.say('visitor', 'heard as news', newMessageId())
    expect(heard).toEqual(['heard as news'])
  })

  it('[P2] goes on sending after nobody looks at it', async () => {
    await online()
    world.server.faults.isBrokerDown = true
    world.server.disconnect()
    await settle()
    const thread = client.thread(site, visitor)
    thread.send('one').catch(() => {})
    thread.note('two').catch(() => {})
    await settle()
    thread.release()
    world.server.faults.isBrokerDown = false
    await world.clock.advance(2_000)
    world.server.commit()
    expect(world.server.texts).toEqual(['one', 'two'])
    await settle()
    expect(await world.parts.outbox.load(me)).toEqual([])
  })

  it('[P2] of an earlier page is sent though nobody opens it', async () => {
    await world.parts.outbox.put({
      id: newMessageId(),
      owner: me,
      site,
      visitor,
      note: false,
      text: 'left over',
      at: world.clock.now() - 1,
      tab: 'crashed',
    })
    await online()
    await world.clock.advance(1_000)
    world.server.commit()
    expect(world.server.texts).toEqual(['left over'])
  })

  it('is told apart from news: what is heard there is told once', async () => {
    await online()
    const thread = client.thread(site, visitor)
    await settle()
    const heard: string[] = []
    client.on('message.received', ({ message }) => heard.push(message.text))
    world.server.faults.isLiveDoubled = true
    world.server.say('visitor', 'hello', newMessageId())
    expect(heard).toEqual(['hello'])
    thread.release()
  })

  it('[P3] F23 needs nobody to look at it: a message that comes twice is told once', async () => {
    await online()
    const heard: string[] = []
    client.on('message.received', ({ message }) => heard.push(message.text))
    world.server.faults.isLiveDoubled = true
    world.server.say('visitor', 'hello', newMessageId())
    world.server.say('visitor', 'anybody?', newMessageId())
    expect(heard).toEqual(['hello', 'anybody?'])
  })

  it('shows the draft of the visitor, who types to agents only', async () => {
    await online()
    const thread = client.thread(site, visitor)
    await settle()
    world.server.publish(subjects.visitorPulse(site, visitor), { v: 1, type: 'typing', text: 'I would li' })
    expect(thread.typing.getSnapshot()).toEqual([{ role: 'visitor', id: visitor, text: 'I would li' }])
    world.server.publish(subjects.visitorPulse(site, visitor), { v: 1, type: 'typing', text: '' })
    expect(thread.typing.getSnapshot()).toEqual([])
  })

  it('tells typing, but never a draft of an agent', async () => {
    await online()
    const thread = client.thread(site, visitor)
    thread.keystroke('I think that')
    thread.keystroke('')
    const pulses = world.server.pulses
      .filter(({ subject }) => subject.startsWith('pulse.'))
      .map(({ payload }) => JSON.parse(new TextDecoder().decode(payload)))
    expect(pulses).toEqual([{ v: 1, type: 'typing' }])
  })
})

describe('commands', () => {
  it('resolve says what was on screen', async () => {
    conversations = [conversation(1, { status: 'open', assignee: myCard })]
    world.server.routes.set(`POST /v1/conversations/${idOf(1)}/resolve`, () =>
      Response.json(conversation(1, { status: 'resolved', lastSeq: 2 ** 42 })),
    )
    await online()
    const inbox = client.inbox('mine')
    client.thread(site, visitor)
    await settle()
    const seq = world.server.say('visitor', 'thanks, bye', newMessageId())
    await client.resolve(idOf(1))
    expect(world.server.bodies.at(-1)).toEqual({ seq })
    expect(names(inbox)).toEqual([])
  })

  it('assign tells when a colleague was faster', async () => {
    world.server.routes.set(`POST /v1/conversations/${idOf(1)}/assign`, () => refusal(409, 'already_assigned'))
    await online()
    await expect(client.assign(idOf(1))).rejects.toMatchObject({ code: 'already_assigned' })
  })
})

it('leaves no timer behind when it is closed', async () => {
  conversations = [conversation(1)]
  await online()
  client.inbox('all')
  const thread = client.thread(site, visitor)
  await thread.send('hello')
  thread.keystroke('x')
  world.server.publish(subjects.presence(colleague.id), { v: 1, presence: 'online' })
  tell(1, { type: 'conversation.opened', data: {} })
  await client.close()
  await world.clock.advance(10_000)
  expect(world.clock.waiting).toBe(0)
})
