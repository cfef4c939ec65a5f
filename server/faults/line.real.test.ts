import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws'
import { waitFor } from '../test/wait-for.ts'
import { createLine, type Line } from './line.ts'

let line: Line
let server: WebSocketServer
let socket: WebSocket
let atServer: ServerSocket
let heard: string[]

/** As nats.ws does: it asks for array buffers. */
async function connect(binaryType: BinaryType): Promise<void> {
  const accepted = once(server, 'connection')
  socket = new line.webSocket('ws://127.0.0.1:1/nats')
  socket.binaryType = binaryType
  socket.onmessage = ({ data }) => heard.push(Buffer.from(data as ArrayBuffer).toString())
  atServer = ((await accepted) as [ServerSocket])[0]
}

beforeEach(async () => {
  heard = []
  const http = createServer()
  server = new WebSocketServer({ server: http })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  line = await createLine(() => [(http.address() as AddressInfo).port])
})

afterEach(async () => {
  socket.close()
  await line[Symbol.asyncDispose]()
  server.close()
})

const live = 'HMSG live.chat.s.v.visitor 1 12 14\r\nNATS/1.0\r\n\r\n{}\r\n'
const answer = 'MSG _INBOX.v.1 2 2\r\n{}\r\n'

describe('a line', () => {
  test('leads to the server, whatever address the client was told', async () => {
    await connect('arraybuffer')
    atServer.send(Buffer.from(live))
    await waitFor('the message', () => heard.length === 1)
    expect(heard).toEqual([live])
  })

  test.each(['live', 'answer'] as const)('loses what it is told to lose: %s', async (lost) => {
    await connect('arraybuffer')
    line.lose({ swallow: (kind) => kind === lost })
    for (const frame of [live, answer, 'PONG\r\n']) atServer.send(Buffer.from(frame))
    await waitFor('the last', () => heard.includes('PONG\r\n'))
    expect(heard).toEqual([lost === 'live' ? answer : live, 'PONG\r\n'])
    line.lose(undefined)
    for (const frame of [live, answer]) atServer.send(Buffer.from(frame))
    await waitFor('both', () => heard.length === 4)
  })
})
