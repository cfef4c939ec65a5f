import { newId, newMessageId, subjects } from '@usher-chat/sdk/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hpub, messageHeader, textMessage } from '../../test/edge-commands.ts'
import { dialByHand, dialEdge, frameOf, type RawClient } from '../../test/raw-client.ts'
import { startNats, type TestNats } from '../../test/start-nats.ts'
import { startTestEdge, type TestEdge, type TestUser } from '../../test/start-test-edge.ts'
import { waitFor } from '../../test/wait-for.ts'

describe('[P9] a flood', () => {
  let nats: TestNats
  beforeAll(async () => {
    nats = await startNats()
  })
  afterAll(() => nats?.stop())

  const thread = newId()

  /** One message and its acknowledgement; ms. */
  async function roundTrip(client: RawClient, user: TestUser): Promise<number> {
    const id = newMessageId()
    const reply = `_INBOX.${user.id}.${id.replaceAll('-', '')}`
    const started = performance.now()
    client.send(
      hpub(subjects.agentMessage(user.site, thread, user.id), textMessage('calm', id), { header: messageHeader(user.id, id), reply }),
    )
    while (!client.heard().includes(`MSG ${reply}`)) await new Promise((resolve) => client.ws.once('message', resolve))
    return performance.now() - started
  }

  async function p99(client: RawClient, user: TestUser, rounds: number): Promise<number> {
    const times: number[] = []
    for (let round = 0; round < rounds; round++) times.push(await roundTrip(client, user))
    return times.sort((a, b) => a - b)[Math.floor(rounds * 0.99)] as number
  }

  /** 200 messages in one frame, over and over: the socket's buffers are always full. Gives the way to stop. */
  function attack(edge: TestEdge): () => Promise<void> {
    const user = edge.visitor()
    const burst = Buffer.concat(
      Array.from({ length: 200 }, () => {
        const id = newMessageId()
        return hpub(subjects.visitorMessage(user.site, user.id), textMessage('x', id), { header: messageHeader(user.id, id) })
      }),
    )
    const frame = frameOf(burst)
    let stopped = false
    const run = async (): Promise<void> => {
      while (!stopped) {
        const socket = await dialByHand(edge.url)
        socket.write(frameOf(Buffer.from(`CONNECT ${JSON.stringify({ jwt: user.jwt })}\r\n`)))
        for (let sent = 0; sent < 500; sent++) socket.write(frame)
        await new Promise((resolve) => socket.once('close', resolve))
      }
    }
    const done = run()
    return () => {
      stopped = true
      return done
    }
  }

  test('[P9] of 100,000 messages at once, again and again, is cut each time at the budget, while others go on as before', async () => {
    await using edge = await startTestEdge({
      natsUrl: nats.url,
      keys: nats.keys,
      limits: { visitor: { messages: 20, pulses: 40, sockets: 5 } },
    })
    const calm = edge.agent()
    await using other = await dialEdge(edge.url, { jwt: calm.jwt })
    other.send(`SUB _INBOX.${calm.id}.* 1\r\n`)
    await other.flush()
    const quiet = await p99(other, calm, 300)
    const bus = await nats.bus()
    const before = await bus.streamInfo()
    const started = performance.now()
    const stop = attack(edge)
    const during = await p99(other, calm, 300)
    await waitFor('the flood to be cut twice', async () => (await edge.counted('usher_edge_closed_total{reason="abuse"}')) >= 2)
    await stop()
    // Where a quiet round trip takes one or two ms, a few more are noise of the machine.
    expect(during).toBeLessThan(Math.max(2 * quiet, 50))
    const stored = (await bus.streamInfo()).messages - before.messages
    const grown = ((performance.now() - started) * 20) / 10_000
    expect(stored).toBeLessThan(300 + 20 + grown + 1)
  })

  test('[P9] of one socket is cut within a second', async () => {
    await using edge = await startTestEdge({
      natsUrl: nats.url,
      keys: nats.keys,
      limits: { visitor: { messages: 20, pulses: 40, sockets: 5 } },
    })
    const stop = attack(edge)
    await waitFor('the cut', async () => (await edge.counted('usher_edge_closed_total{reason="abuse"}')) >= 1, 1_000)
    await stop()
  })

  test('[P9] over many sockets of one visitor has one budget', async () => {
    await using strict = await startTestEdge({
      natsUrl: nats.url,
      keys: nats.keys,
      limits: { visitor: { messages: 20, pulses: 40, sockets: 5 } },
    })
    const user = strict.visitor()
    const clients = await Promise.all(Array.from({ length: 5 }, () => dialEdge(strict.url, { jwt: user.jwt })))
    const bus = await nats.bus()
    const before = await bus.streamInfo()
    for (const client of clients) {
      for (let sent = 0; sent < 10; sent++) {
        const id = newMessageId()
        client.send(hpub(subjects.visitorMessage(user.site, user.id), textMessage('x', id), { header: messageHeader(user.id, id) }))
      }
    }
    await Promise.all(clients.map((client) => client.flush()))
    await waitFor('what passed', async () => (await bus.streamInfo()).messages >= before.messages + 20)
    expect(await strict.counted('usher_edge_refused_total{reason="rate"}')).toBeGreaterThanOrEqual(28)
    for (const client of clients) client.ws.terminate()
  })

  const floods: [string, (client: RawClient) => void][] = [
    ['empty frames', (client) => client.send('')],
    ['frames of one byte', (client) => client.send('P')],
    ['pings', (client) => client.ws.ping('', true, () => {})],
    ['fragments', (client) => client.ws.send('', { fin: false, binary: true }, () => {})],
  ]
  test.each(floods)('[P9] of %s ends the socket, before login and after', async (_, send) => {
    await using edge = await startTestEdge({
      natsUrl: nats.url,
      keys: nats.keys,
      limits: { visitor: { messages: 20, pulses: 40, sockets: 5 } },
    })
    for (const options of [{ jwt: edge.visitor().jwt }, {}]) {
      await using client = await dialEdge(edge.url, options)
      for (let sent = 0; sent < 2_000; sent++) send(client)
      await client.closed
    }
  })
})
