import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { dialNats } from './transport.ts'

let server: WebSocketServer
afterEach(() => server.close())

/** Dials a server that does this to whoever comes; who is not told of the end would wait for a minute. */
async function dial(greet: (socket: WebSocket) => void): Promise<unknown> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', greet)
  await once(server, 'listening')
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  return dialNats({ url, jwt: 'h.e30.s', inboxPrefix: '_INBOX.me', webSocket: WebSocket as never, timeoutMs: 60_000 })
}

const info = Buffer.from('INFO {"server_id":"x","version":"2.10.27","proto":1,"headers":true,"max_payload":1024}\r\n')

it('[P8] a socket that is closed before anybody has spoken is no connection, at once', async () => {
  await expect(dial((socket) => socket.close(1013, 'broker away'))).rejects.toMatchObject({ code: 'connection_failed', retryable: true })
}, 10_000)

it('[P8] so is one that is closed after the greeting', async () => {
  const greet = (socket: WebSocket) => {
    socket.send(info)
    socket.on('message', () => socket.close(1013, 'broker away'))
  }
  await expect(dial(greet)).rejects.toMatchObject({ code: 'connection_failed' })
}, 10_000)

it('a refused token is told from a lost connection, although the socket closes right behind the refusal', async () => {
  const greet = (socket: WebSocket) => {
    socket.send(info)
    socket.once('message', () => {
      socket.send(Buffer.from("-ERR 'Authorization Violation'\r\n"))
      socket.close()
    })
  }
  await expect(dial(greet)).rejects.toMatchObject({ code: 'token_invalid' })
}, 10_000)
