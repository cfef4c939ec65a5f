import type { Socket } from 'node:net'
import { newMessageId, subjects } from '@usher-chat/sdk/protocol'
import { describe, expect, test } from 'vitest'
import { hpub, messageHeader, pub, textMessage } from '../../test/edge-commands.ts'
import { startFakeNats } from '../../test/fake-nats.ts'
import { dialEdge } from '../../test/raw-client.ts'
import { startTestEdge } from '../../test/start-test-edge.ts'
import { steady, waitFor } from '../../test/wait-for.ts'

const received = (socket: Socket): (() => string) => {
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  return () => text
}

describe('the connection to nats-server', () => {
  test('[P6] is not made before the token is checked', async () => {
    await using fake = await startFakeNats()
    await using at = await startTestEdge({ natsUrl: fake.url })
    await using client = await dialEdge(at.url, { jwt: 'forged' })
    await client.closed
    await using good = await dialEdge(at.url, { jwt: at.visitor().jwt })
    await fake.first
    expect(fake.connections()).toBe(1)
    good.ws.terminate()
  })

  test('[P6] begins with a CONNECT of our own making, and carries nothing but what passed', async () => {
    await using fake = await startFakeNats()
    await using at = await startTestEdge({ natsUrl: fake.url })
    const { jwt, id } = at.visitor()
    await using client = await dialEdge(at.url)
    client.send(
      `CONNECT ${JSON.stringify({ jwt, user: 'root', verbose: true, tls_required: true, nkey: 'x', echo: false, protocol: 9 })}\r\n`,
    )
    client.send('PING\r\n', pub('$JS.API.STREAM.PURGE.CHAT', 'x'), 'PONG\r\n')
    const text = received(await fake.first)
    await waitFor('the commands', () => text().endsWith('PONG\r\n'))
    const [line, ...rest] = text().split('\r\n')
    expect(JSON.parse(line?.slice('CONNECT '.length) ?? '')).toEqual({
      verbose: false,
      pedantic: false,
      protocol: 0,
      headers: true,
      no_responders: true,
      lang: 'usher-edge',
      version: '1',
      name: `visitor ${id}`,
      jwt,
      echo: false,
    })
    expect(rest).toEqual(['PING', 'PONG', ''])
  })

  test('[P6] may end in the middle of a message: the client gets whole messages only, with refusals between them', async () => {
    await using fake = await startFakeNats()
    await using at = await startTestEdge({ natsUrl: fake.url })
    await using client = await dialEdge(at.url, { jwt: at.visitor().jwt })
    const nats = await fake.first
    nats.write('MSG a 1 4\r\nab')
    client.send(pub('foreign', 'x'))
    await waitFor('the refusal', () => client.heard().includes('-ERR'))
    nats.write('cd\r\nINFO {"connect_urls":["10.0.0.1"]}\r\nPING\r\n')
    await waitFor('the rest', () => client.heard().endsWith('PING\r\n'))
    expect(client.heard().slice(client.heard().indexOf('-ERR'))).toBe(
      `-ERR 'Permissions Violation for Publish to "foreign"'\r\nMSG a 1 4\r\nabcd\r\nPING\r\n`,
    )
  })
})

describe('[P9] back-pressure', () => {
  const chunk = `MSG a 1 60000\r\n${'x'.repeat(60_000)}\r\n`

  test('[P9] a reader that stops holds back nats-server, not the memory of the edge, and is closed after five seconds', async () => {
    await using fake = await startFakeNats()
    await using at = await startTestEdge({ natsUrl: fake.url })
    await using slow = await dialEdge(at.url, { jwt: at.visitor().jwt })
    const nats = await fake.first
    slow.ws.pause()
    const before = process.memoryUsage().rss
    for (let sent = 0; sent < 1_000; sent++) nats.write(chunk)
    const sentOut = () => at.counted('usher_edge_bytes_total{direction="out"}')
    await waitFor('nats-server to be held back', steady(sentOut, 100_000))
    expect(nats.writableLength).toBeGreaterThan(40_000_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
    expect(at.edge.sockets()).toBe(1)
    at.advance(5_000)
    await waitFor('the slow reader to be closed', () => at.edge.sockets() === 0)
    expect(await at.counted('usher_edge_closed_total{reason="slowReader"}')).toBe(1)
  })

  test('[P9] a reader that pauses and goes on in time gets everything', async () => {
    await using fake = await startFakeNats()
    await using at = await startTestEdge({ natsUrl: fake.url })
    await using reader = await dialEdge(at.url, { jwt: at.visitor().jwt })
    const nats = await fake.first
    reader.ws.pause()
    for (let sent = 0; sent < 300; sent++) nats.write(chunk)
    nats.write('PING\r\n')
    await waitFor('the edge to hold back', async () => (await at.counted('usher_edge_bytes_total{direction="out"}')) > 100_000)
    at.advance(2_000)
    let last = ''
    reader.ws.on('message', (data: Buffer) => {
      last = data.subarray(-6).toString()
    })
    reader.ws.resume()
    await waitFor('everything', () => last === 'PING\r\n')
    expect(reader.heard().split('MSG a 1 60000')).toHaveLength(301)
  })

  test('[P9] a nats-server that does not read holds back the client, and gets everything when it does', async () => {
    await using fake = await startFakeNats()
    await using at = await startTestEdge({ natsUrl: fake.url, limits: { visitor: { messages: 50_000, pulses: 10, sockets: 5 } } })
    const user = at.visitor()
    await using client = await dialEdge(at.url, { jwt: user.jwt })
    const nats = await fake.first
    nats.pause()
    const own = subjects.visitorMessage(user.site, user.id)
    const one = (): Buffer => {
      const id = newMessageId()
      return hpub(own, textMessage('x'.repeat(3_900), id), { header: messageHeader(user.id, id) })
    }
    for (let sent = 0; sent < 5_000; sent++) client.send(one())
    await waitFor(
      'the client to be held back',
      steady(() => client.ws.bufferedAmount, 1_000_000),
    )
    let came = 0
    nats.on('data', (chunk: Buffer) => {
      came += chunk.length
    })
    nats.resume()
    await waitFor('everything', () => came >= 5_000 * one().length)
  })
})
