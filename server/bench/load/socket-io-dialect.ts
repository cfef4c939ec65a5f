import { newId } from '@usher-chat/sdk/protocol'
import { signPeerToken } from '../peers/peer-token.ts'
import type { Caller, Dialect, DialOptions, Line } from './dialect.ts'
import { createMessageIds, readMessageNumber } from './message-number.ts'
import { openSocket } from './open-socket.ts'
import type { Target } from './target.ts'
import { untilLetIn } from './until-let-in.ts'

type PeerTarget = Extract<Target, { kind: 'socket-io' }>

/** Socket.IO in its own text frames: engine.io 4 below (`0` open, `2` ping, `3` pong, `4` message), Socket.IO 5 above. */
export const frames = {
  connect: (token: string) => `40${JSON.stringify({ token })}`,
  /** An event that asks for acknowledgement `n`. */
  message: (n: number, id: string, text: string) => `42${n}["message",{"id":"${id}","text":${JSON.stringify(text)}}]`,
  pong: '3',
} as const

/** What a frame of the server means. */
export type Frame =
  | { type: 'open' | 'ping' | 'connected' | 'other' }
  | { type: 'refused' | 'failed'; reason: string }
  | { type: 'ack' | 'event'; n: number }

/** Reads a frame; of an event only the number in its id. */
export function readFrame(frame: Buffer): Frame {
  const kind = frame.toString('latin1', 0, 2)
  if (kind[0] === '0') return { type: 'open' }
  if (kind[0] === '2') return { type: 'ping' }
  if (kind === '40') return { type: 'connected' }
  if (kind === '44') return { type: 'refused', reason: frame.toString('utf8', 2) }
  if (kind === '43') return readAck(frame)
  const n = kind === '42' ? readMessageNumber(frame) : undefined
  return n === undefined ? { type: 'other' } : { type: 'event', n }
}

/** `43<n>[{"seq":…}]`, or `43<n>[{"error":…}]`. */
function readAck(frame: Buffer): Frame {
  const text = frame.toString('utf8')
  if (text.includes('"error"')) return { type: 'failed', reason: text }
  return { type: 'ack', n: Number.parseInt(text.slice(2), 10) }
}

export function socketIoDialect({ urls, secret }: PeerTarget): Dialect {
  const messageId = createMessageIds()
  let turn = 0
  const caller = (role: 'visitor' | 'agent', site: number): Caller => {
    const base = urls[turn++ % urls.length] as string
    const url = `${base.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
    const token = signPeerToken(secret, { role, site, id: newId() })
    return { dial: (options) => dial(url, token, messageId, options), renew: async () => {} }
  }
  return { visitor: async (site) => caller('visitor', site), agent: async (site) => caller('agent', site) }
}

function dial(url: string, token: string, messageId: (n: number) => string, options: DialOptions): Promise<Line> {
  const { hears, localAddress } = options
  return untilLetIn(options, ({ done, over }) => {
    const ws = openSocket({
      url,
      localAddress,
      onClose: over,
      onFrame(data) {
        const frame = readFrame(data)
        if (frame.type === 'event') hears.screen(frame.n)
        else if (frame.type === 'ack') {
          hears.acked(frame.n)
          hears.saved(frame.n)
        } else if (frame.type === 'ping') ws.send(frames.pong)
        else if (frame.type === 'open') ws.send(frames.connect(token))
        else if (frame.type === 'connected') done()
        else if (frame.type === 'failed' || frame.type === 'refused') hears.failed(frame.reason)
      },
    })
    return { send: (n, text) => ws.send(frames.message(n, messageId(n), text)), close: () => ws.terminate() }
  })
}
