import type { WebSocketConstructor } from '@usher-chat/sdk'
import { WebSocket } from 'ws'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

/** What the broker or the edge sends and the client never gets, frame by frame; each frame holds whole NATS commands. */
export interface Losses {
  /** Told of every frame with live messages or with answers to what the client sent: swallow it? */
  swallow(kind: 'live' | 'answer'): boolean
}

/** One client's way to the servers. */
export interface Line extends AsyncDisposable {
  readonly proxy: FaultProxy
  /** Where the client finds HTTP. */
  readonly baseUrl: string
  readonly webSocket: WebSocketConstructor
  /** From now on; undefined: nothing is lost. */
  lose(losses: Losses | undefined): void
}

/** Lays a line to servers that may come and go. `ports` gives those that should be tried, in order. */
export async function createLine(ports: () => readonly number[]): Promise<Line> {
  let turn = 0
  let losses: Losses | undefined
  // As a load balancer without health checks: each connection begins at the next server.
  const inTurn = (): readonly number[] => {
    const all = ports()
    turn++
    return all.map((_, index) => all[(index + turn) % all.length]!)
  }
  const proxy = await startFaultProxy({ targets: inTurn })

  class LossyWebSocket extends WebSocket {
    constructor(address: string) {
      // The servers tell the address they think they have; the way there is this line.
      const url = new URL(address)
      url.port = String(proxy.port)
      super(url.href)
      this.on('error', () => {})
    }

    override emit(event: string | symbol, ...rest: unknown[]): boolean {
      const kind = event === 'message' && losses !== undefined ? kindOf(rest[0]) : undefined
      if (kind !== undefined && losses?.swallow(kind) === true) return true
      return super.emit(event, ...rest)
    }
  }
  return {
    proxy,
    baseUrl: `http://127.0.0.1:${proxy.port}`,
    // The class of `ws` has all of the browser's that is used.
    webSocket: LossyWebSocket as unknown as WebSocketConstructor,
    lose: (next) => {
      losses = next
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  }
}

/** What a frame carries, in whatever form the client asked its socket for. */
function kindOf(frame: unknown): 'live' | 'answer' | undefined {
  const isBytes = frame instanceof ArrayBuffer || ArrayBuffer.isView(frame)
  if (!isBytes) return undefined
  const text = Buffer.from(
    frame instanceof ArrayBuffer ? new Uint8Array(frame) : new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength),
  ).toString('latin1')
  if (/(^|\r\n)H?MSG live\./.test(text)) return 'live'
  return /(^|\r\n)H?MSG _INBOX\./.test(text) ? 'answer' : undefined
}
