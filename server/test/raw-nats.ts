import { connect } from 'node:net'

/** A bare line to nats-server: what goes over it is exactly what a test writes. */
export interface RawNats extends AsyncDisposable {
  /** Sends lines and gives everything that comes back up to the broker's answer to a final PING, or to the end of the connection. */
  say(...lines: string[]): Promise<string>
  close(): void
}

/** Opens a bare line and sends CONNECT with a bearer token. */
export async function rawNats(options: { port: number; jwt: string; connect?: Record<string, unknown> }): Promise<RawNats> {
  const socket = connect(options.port, '127.0.0.1')
  let heard = ''
  let ended = false
  let wake = (): void => {}
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    heard += text
    wake()
  })
  socket.on('close', () => {
    ended = true
    wake()
  })
  socket.on('error', () => {})

  const say = async (...lines: string[]): Promise<string> => {
    socket.write(`${[...lines, 'PING'].join('\r\n')}\r\n`)
    while (!heard.includes('PONG\r\n') && !ended) await new Promise<void>((resolve) => (wake = resolve))
    const answer = heard
    heard = ''
    return answer
  }
  const close = (): void => {
    socket.destroy()
  }
  const facts = {
    verbose: false,
    pedantic: false,
    headers: true,
    no_responders: true,
    protocol: 1,
    lang: 'test',
    version: '1',
    jwt: options.jwt,
  }
  socket.write(`CONNECT ${JSON.stringify({ ...facts, ...options.connect })}\r\n`)
  return { say, close, [Symbol.asyncDispose]: async () => close() }
}

/** A PUB with its payload. */
export const pub = (subject: string, payload = '{}', reply = ''): string => {
  const to = reply === '' ? subject : `${subject} ${reply}`
  return `PUB ${to} ${Buffer.byteLength(payload)}\r\n${payload}`
}
