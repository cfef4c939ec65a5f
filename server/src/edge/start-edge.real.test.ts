import { decode, encode, live, message, newId, newMessageId, type Refusal, subjects, toSeq } from '@usher-chat/sdk/protocol'
import { type ConnectionOptions, connect, headers, jwtAuthenticator, type Msg, type NatsConnection } from 'nats.ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { hpub, messageHeader, textMessage } from '../../test/edge-commands.ts'
import { dialEdge } from '../../test/raw-client.ts'
import { startNats, type TestNats } from '../../test/start-nats.ts'
import { startTestEdge, type TestEdge, type TestUser } from '../../test/start-test-edge.ts'
import { waitFor } from '../../test/wait-for.ts'
import { originRule } from './origin-rule.ts'

let nats: TestNats
let at: TestEdge

beforeAll(async () => {
  nats = await startNats()
  at = await startTestEdge({ natsUrl: nats.url, keys: nats.keys })
})

afterAll(async () => {
  await at?.[Symbol.asyncDispose]()
  await nats?.stop()
})

/** `wsFactory` is documented by nats.ws, but missing in its types. */
type NatsWsOptions = ConnectionOptions & { wsFactory: (url: string) => Promise<{ socket: WebSocket; encrypted: boolean }> }

/** The client browsers use, over `ws` because Node 20 has no WebSocket of its own. */
function dialNatsWs(edge: TestEdge, user: TestUser): Promise<NatsConnection> {
  const options: NatsWsOptions = {
    servers: edge.url,
    authenticator: jwtAuthenticator(user.jwt),
    inboxPrefix: subjects.inboxPrefix(user.id),
    reconnect: false,
    wsFactory: async (url) => ({ socket: new WebSocket(url), encrypted: false }),
  }
  return connect(options)
}

const sendText = (nc: NatsConnection, user: TestUser, subject: string, text: string, id = newMessageId()): Promise<Msg> => {
  const h = headers()
  h.set('Nats-Msg-Id', `${user.id}:${id}`)
  return nc.request(subject, encode({ v: 1, id, kind: 'text', body: { text } }), { headers: h, timeout: 5_000 })
}

/** Everything that comes on a subject, as it comes. */
function collect(nc: NatsConnection, subject: string): Msg[] {
  const got: Msg[] = []
  nc.subscribe(subject, { callback: (error, msg) => void (error === null && got.push(msg)) })
  return got
}

describe('a visitor and an agent with nats.ws', () => {
  test('[P2] [P3] a message is acknowledged, and everyone in the thread gets the stored copy once', async () => {
    const visitor = at.visitor()
    const agent = at.agent()
    const [theirs, ours] = await Promise.all([dialNatsWs(at, visitor), dialNatsWs(at, agent)])
    const own = subjects.visitorMessage(visitor.site, visitor.id)
    const seenByVisitor = collect(theirs, live(own))
    const seenByAgent = collect(ours, `live.chat.${agent.site}.>`)
    await Promise.all([theirs.flush(), ours.flush()])

    const id = newMessageId()
    const ack = (await sendText(theirs, visitor, own, 'hello ☕', id)).json<{ stream: string; seq: number }>()
    expect(ack).toMatchObject({ stream: 'CHAT' })
    const again = (await sendText(theirs, visitor, own, 'hello ☕', id)).json<{ duplicate: boolean }>()
    expect(again).toMatchObject({ duplicate: true, seq: ack.seq })

    const answer = subjects.agentMessage(visitor.site, visitor.id, agent.id)
    const seenAnswer = collect(theirs, live(`chat.${visitor.site}.${visitor.id}.agent.*`))
    await theirs.flush()
    await sendText(ours, agent, answer, 'hi!')
    await waitFor('the answer', () => seenAnswer.length === 1)

    for (const seen of [seenByVisitor, seenByAgent]) {
      const copies = seen.filter((msg) => msg.subject === live(own))
      expect(copies).toHaveLength(1)
      expect(decode(message, copies[0]?.data ?? new Uint8Array())).toMatchObject({ id, body: { text: 'hello ☕' } })
      expect(toSeq(1, Number(copies[0]?.headers?.get('Nats-Sequence')))).toBe(toSeq(1, ack.seq))
    }
    await Promise.all([theirs.close(), ours.close()])
  })

  test('a refusal answers the request at once, in the shape of a JetStream error', async () => {
    await using strict = await startTestEdge({
      natsUrl: nats.url,
      keys: nats.keys,
      limits: { visitor: { messages: 2, pulses: 2, sockets: 5 } },
    })
    const visitor = strict.visitor()
    const nc = await dialNatsWs(strict, visitor)
    const own = subjects.visitorMessage(visitor.site, visitor.id)
    await sendText(nc, visitor, own, '1')
    await sendText(nc, visitor, own, '2')
    const refusal = (await sendText(nc, visitor, own, '3')).json<Refusal>()
    expect(refusal.error).toMatchObject({ code: 429, err_code: 'rate_limited' })
    expect(refusal.error.description).toMatch(/^unable to send; too fast, try again in \d+ ms$/)
    expect(refusal.error.retryAfterMs).toBeGreaterThan(4_000)
    await nc.close()
  })

  test('pulses reach the agent, and are stored nowhere', async () => {
    const visitor = at.visitor()
    const agent = at.agent()
    const [theirs, ours] = await Promise.all([dialNatsWs(at, visitor), dialNatsWs(at, agent)])
    const seen = collect(ours, `pulse.${agent.site}.>`)
    await ours.flush()
    const bus = await nats.bus()
    const before = await bus.streamInfo()
    theirs.publish(subjects.visitorPulse(visitor.site, visitor.id), encode({ v: 1, type: 'typing', text: 'hel' }))
    await waitFor('the pulse', () => seen.length === 1)
    expect(await bus.streamInfo()).toEqual(before)
    await Promise.all([theirs.close(), ours.close()])
  })

  test('INFO of nats-server does not reach clients: it tells addresses inside', async () => {
    await using client = await dialEdge(at.url, { jwt: at.visitor().jwt })
    await client.flush()
    expect(client.heard().match(/INFO/g)).toHaveLength(1)
    expect(client.heard()).not.toContain(String(nats.port))
  })
})

describe('the handshake', () => {
  test('another path is answered with 404', async () => {
    await expect(dialEdge(`${at.url}/mqtt`)).rejects.toThrow(/^404 .*unable to open a socket; it is at \/nats/)
    await expect(dialEdge(at.url.replace('/nats', '/leafnode'))).rejects.toThrow(/^404/)
  })

  test('[P8] while the server is not ready it is answered with 503, and open sockets are told to resync', async () => {
    await using edge = await startTestEdge({ natsUrl: nats.url, keys: nats.keys })
    await using client = await dialEdge(edge.url, { jwt: edge.visitor().jwt })
    await client.flush()
    edge.edge.admit(false)
    expect(await client.closed).toEqual({ code: 1012, reason: 'resync' })
    await expect(dialEdge(edge.url)).rejects.toThrow(/^503 .*"service_unavailable"/)
    edge.edge.admit(true)
    await using again = await dialEdge(edge.url, { jwt: edge.visitor().jwt })
    await again.flush()
  })

  test('[P9] too many from one address are answered with 429 and the time to wait', async () => {
    await using edge = await startTestEdge({ natsUrl: nats.url, keys: nats.keys, limits: { handshakes: 3 } })
    await using _a = await dialEdge(edge.url)
    await using _b = await dialEdge(edge.url)
    await using _c = await dialEdge(edge.url)
    await expect(dialEdge(edge.url)).rejects.toThrow(/^429 .*"retryAfterMs":\d+/)
    expect(await edge.counted('usher_edge_refused_total{reason="handshake_rate"}')).toBe(1)
    edge.advance(4_000)
    await using _d = await dialEdge(edge.url)
  })

  test('[P6] a page that is not of the site is closed, one of the site and a program are not', async () => {
    const rule = originRule({ ownOrigins: ['https://usher.example'], siteAllows: async (_, origin) => origin === 'https://shop.example' })
    await using edge = await startTestEdge({ natsUrl: nats.url, keys: nats.keys, originAllowed: rule })
    const { jwt } = edge.visitor()
    await using wrong = await dialEdge(edge.url, { jwt, origin: 'https://evil.example' })
    expect(await wrong.closed).toEqual({ code: 1008, reason: 'origin not allowed' })
    for (const origin of ['https://shop.example', 'https://usher.example', undefined]) {
      await using right = await dialEdge(edge.url, { jwt, ...(origin === undefined ? {} : { origin }) })
      await right.flush()
    }
    await using agent = await dialEdge(edge.url, { jwt: edge.agent().jwt, origin: 'https://shop.example' })
    expect(await agent.closed).toMatchObject({ code: 1008 })
  })

  test('[P9] the sixth socket of a visitor is refused with a clear error, and one that ends makes room', async () => {
    const { jwt } = at.visitor()
    const clients = await Promise.all(Array.from({ length: 5 }, () => dialEdge(at.url, { jwt })))
    await Promise.all(clients.map((client) => client.flush()))
    await using sixth = await dialEdge(at.url, { jwt })
    expect(await sixth.closed).toMatchObject({ code: 4429 })
    expect(sixth.heard()).toContain("-ERR 'Maximum Connections Exceeded'")
    clients[0]?.ws.close()
    await clients[0]?.closed
    await using next = await dialEdge(at.url, { jwt })
    await next.flush()
    for (const client of clients) client.ws.terminate()
  })
})

describe('the end of a socket', () => {
  test('[P6] a token that expires ends it, with the words clients know', async () => {
    await using edge = await startTestEdge({ natsUrl: nats.url, keys: nats.keys })
    await using client = await dialEdge(edge.url, { jwt: edge.visitor().jwt })
    await client.flush()
    edge.advance(30 * 60_000)
    expect(await client.closed).toMatchObject({ code: 4401 })
    expect(client.heard()).toContain("-ERR 'User Authentication Expired'")
  })

  test('[P6] a revoked id loses its sockets at once, its older tokens open nothing, a newer one does', async () => {
    await using edge = await startTestEdge({ natsUrl: nats.url, keys: nats.keys })
    const user = edge.visitor()
    const clients = [await dialEdge(edge.url, { jwt: user.jwt }), await dialEdge(edge.url, { jwt: user.jwt })]
    await using other = await dialEdge(edge.url, { jwt: edge.visitor().jwt })
    await Promise.all([...clients, other].map((client) => client.flush()))
    edge.revoke(user.id)
    for (const client of clients) expect(await client.closed).toMatchObject({ code: 4403 })
    await using old = await dialEdge(edge.url, { jwt: user.jwt })
    expect(await old.closed).toMatchObject({ code: 4403 })
    expect(old.heard()).toContain("-ERR 'User Authentication Revoked'")
    await other.flush()
    edge.advance(2_000)
    await using fresh = await dialEdge(edge.url, { jwt: edge.visitor({ id: user.id }).jwt })
    await fresh.flush()
    edge.edge.revoke(user.id)
    await fresh.flush()
  })

  test('[P2] what was sent just before the client closes still reaches the stream', async () => {
    const visitor = at.visitor()
    const bus = await nats.bus()
    const before = await bus.streamInfo()
    const client = await dialEdge(at.url, { jwt: visitor.jwt })
    for (let sent = 0; sent < 20; sent++) {
      const id = newMessageId()
      client.send(
        hpub(subjects.visitorMessage(visitor.site, visitor.id), textMessage('bye', id), { header: messageHeader(visitor.id, id) }),
      )
    }
    client.ws.close()
    await waitFor('all messages', async () => (await bus.streamInfo()).messages === before.messages + 20)
  })

  test('[P8] nats-server dies: clients are closed, and get in again when it is back', async () => {
    await using own = await startNats()
    await using edge = await startTestEdge({ natsUrl: own.url, keys: own.keys })
    const { jwt } = edge.visitor()
    await using client = await dialEdge(edge.url, { jwt })
    await client.flush()
    await own.kill9()
    expect(await client.closed).toMatchObject({ code: 1013 })
    await using away = await dialEdge(edge.url, { jwt })
    expect(await away.closed).toMatchObject({ code: 1013 })
    await own.restart()
    await using back = await dialEdge(edge.url, { jwt })
    await back.flush()
    await waitFor('the others to be forgotten', () => edge.edge.sockets() === 1)
  })

  test('the edge stops: every socket is closed, none is left', async () => {
    const edge = await startTestEdge({ natsUrl: nats.url, keys: nats.keys })
    const clients = await Promise.all([newId(), newId()].map((id) => dialEdge(edge.url, { jwt: edge.visitor({ id }).jwt })))
    await Promise.all(clients.map((client) => client.flush()))
    expect(edge.edge.sockets()).toBe(2)
    await edge[Symbol.asyncDispose]()
    expect(edge.edge.sockets()).toBe(0)
    for (const client of clients) expect(await client.closed).toMatchObject({ code: 1001 })
  })
})
