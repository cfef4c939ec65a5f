import { connect, type Socket } from 'node:net'
import { WebSocket } from 'ws'

/** A client of the edge that sends exactly what a test says. */
export interface RawClient extends AsyncDisposable {
  readonly ws: WebSocket
  /** Sends each part as one frame. */
  send(...parts: (string | Uint8Array)[]): void
  /** All that came so far. */
  heard(): string
  /** Sends PING and gives what came in since the last call, up to its PONG. Throws when the socket ends first. */
  flush(): Promise<string>
  /** How the socket ended. */
  readonly closed: Promise<{ code: number; reason: string }>
}

export interface RawClientOptions {
  origin?: string
  /** Sent as CONNECT at once. */
  jwt?: string
}

/** Opens a WebSocket to the edge. Rejects with the HTTP status and body when the handshake is refused. */
export async function dialEdge(url: string, { origin, jwt }: RawClientOptions = {}): Promise<RawClient> {
  const ws = new WebSocket(url, origin === undefined ? {} : { origin })
  let heard = ''
  let told = 0
  let wake = (): void => {}
  ws.on('message', (data: Buffer) => {
    heard += data.toString('latin1')
    wake()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => {
      wake()
      resolve({ code, reason: reason.toString() })
    })
  })
  await opened(ws)
  ws.on('error', () => {})
  const send = (...parts: (string | Uint8Array)[]): void => {
    for (const part of parts) ws.send(Buffer.from(part), () => {})
  }
  if (jwt !== undefined) send(`CONNECT ${JSON.stringify({ jwt })}\r\n`)
  const flush = async (): Promise<string> => {
    send('PING\r\n')
    for (;;) {
      const at = heard.indexOf('PONG\r\n', told)
      if (at >= 0) {
        const text = heard.slice(told, at)
        told = at + 6
        return text
      }
      if (ws.readyState === WebSocket.CLOSED) throw new Error(`the socket has ended; last words: ${heard.slice(told)}`)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    ws,
    send,
    heard: () => heard,
    flush,
    closed,
    [Symbol.asyncDispose]: async () => {
      ws.terminate()
      await closed
    },
  }
}

function opened(ws: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    ws.once('open', resolve)
    ws.once('error', reject)
    ws.once('unexpected-response', (_, response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      response.on('end', () => reject(new Error(`${response.statusCode} ${body}`)))
    })
  })
}

/** Shakes hands with the edge by hand; after that the test writes its own WebSocket frames, fair or not. */
export async function dialByHand(url: string): Promise<Socket> {
  const { hostname, port, pathname } = new URL(url)
  const socket = connect(Number(port), hostname)
  const lines = [
    'Host: x',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ]
  socket.on('error', () => {})
  socket.write(`GET ${pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  await new Promise((resolve) => socket.once('data', resolve))
  return socket
}

/** A binary frame as clients send them; its mask is zero, so the bytes stay as they are. */
export function frameOf(bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(14)
  head[0] = 0x82
  head[1] = 0x80 | 127
  head.writeBigUInt64BE(BigInt(bytes.length), 2)
  return Buffer.concat([head, bytes])
}
