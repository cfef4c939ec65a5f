import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type OwnStack, startOwnStack } from '../../server/replay/own-stack.ts'
import type { Dial, Transport, TransportMessage } from '../src/transport.ts'
import { createCable, slow } from '../test/real-people.ts'
import { cutNats } from './cut-nats.mjs'

const folder = mkdtempSync(join(tmpdir(), 'usher-cut-'))
let stack: OwnStack
let dial: Dial
const cable = createCable()
const open: Transport[] = []

beforeAll(async () => {
  const file = join(folder, 'transport.mjs')
  const entryPoints = [join(import.meta.dirname, '../src/transport.ts')]
  await build({ entryPoints, outfile: file, bundle: true, minify: true, format: 'esm', conditions: ['source'], plugins: [cutNats()] })
  dial = (await import(/* @vite-ignore */ file)).dialNats
  stack = await startOwnStack({ env: { USHER_VISITOR_MESSAGES: '100000', USHER_VISITOR_PULSES: '100000' } })
})
afterAll(async () => {
  for (const transport of open) transport.close()
  await stack?.stop()
  rmSync(folder, { recursive: true })
})

async function session() {
  const body = JSON.stringify({ site: stack.demo.siteKey })
  const response = await fetch(`${stack.demo.url}/v1/session`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  const { visitor, nats, site } = (await response.json()) as {
    visitor: { id: string }
    nats: { url: string; jwt: string }
    site: { id: string }
  }
  const options = { url: nats.url, jwt: nats.jwt, inboxPrefix: `_INBOX.${visitor.id}`, webSocket: cable.webSocket, timeoutMs: 5_000 }
  return { options, subject: `chat.${site.id}.${visitor.id}.visitor`, self: visitor.id }
}

async function connect(options: Parameters<Dial>[0]): Promise<Transport> {
  const transport = await dial(options)
  open.push(transport)
  return transport
}

const idOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`
const say = (transport: Transport, subject: string, self: string, n: number, text: string) => {
  const payload = new TextEncoder().encode(JSON.stringify({ v: 1, id: idOf(n), kind: 'text', body: { text } }))
  return transport.request(subject, payload, { 'Nats-Msg-Id': `${self}:${idOf(n)}` }, 10_000)
}

describe('the cut of nats.ws against the real edge', () => {
  it('connects, asks, hears, and reads the headers of the broker', async () => {
    const { options, subject, self } = await session()
    const transport = await connect(options)
    const heard: TransportMessage[] = []
    transport.subscribe(`live.${subject}`, (message) => heard.push(message))
    await transport.ping(3_000)
    const ack = JSON.parse(new TextDecoder().decode(await say(transport, subject, self, 1, 'hello')))
    expect(ack).toMatchObject({ stream: 'CHAT', seq: expect.any(Number) })
    await vi.waitUntil(() => heard.length === 1, slow)
    expect(heard[0]?.header('Nats-Sequence')).toBe(String(ack.seq))
    expect(heard[0]?.header('Nats-Last-Sequence')).toBe('0')
  })

  it('carries 1,000 messages of all sizes, cut into frames as the network likes, in order', async () => {
    const { options, subject, self } = await session()
    const transport = await connect(options)
    const heard: string[] = []
    transport.subscribe(`live.${subject}`, ({ data }) => heard.push(JSON.parse(new TextDecoder().decode(data)).body.text))
    await transport.ping(3_000)
    const texts = Array.from({ length: 1_000 }, (_, i) => `${i} ${'ü'.repeat((i * 37) % 3_000)}`)
    await Promise.all(texts.map((text, i) => say(transport, subject, self, i + 10, text)))
    await vi.waitUntil(() => heard.length >= texts.length, slow)
    expect(heard).toEqual(texts)
  })

  it('hands a refusal of the edge through as an answer', async () => {
    const { options, subject, self } = await session()
    const transport = await connect(options)
    const answer = JSON.parse(new TextDecoder().decode(await say(transport, subject, self, 1, '')))
    expect(answer).toMatchObject({ error: { err_code: 'validation_failed' } })
  })

  it('tells a refused token from a server that is away', async () => {
    const { options } = await session()
    await expect(dial({ ...options, jwt: `${options.jwt.slice(0, -6)}AAAAAA` })).rejects.toMatchObject({ code: 'token_invalid' })
    await expect(dial({ ...options, url: 'ws://127.0.0.1:9/nats' })).rejects.toMatchObject({ code: 'connection_failed' })
  })

  it('says once that the connection is gone, and another can be dialled', async () => {
    const { options, subject, self } = await session()
    const transport = await connect(options)
    const late = say(transport, subject, self, 1, 'hello')
    cable.cut()
    await expect(transport.closed).resolves.toMatchObject({ code: 'connection_lost' })
    await expect(late).rejects.toMatchObject({ code: 'connection_lost' })
    await expect(transport.request(subject, new Uint8Array(), {}, 1_000)).rejects.toMatchObject({ code: 'connection_lost' })
    const next = await connect(options)
    await next.ping(3_000)
    await say(next, subject, self, 1, 'hello')
  })
})
