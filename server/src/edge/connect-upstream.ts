import { connect, type Socket } from 'node:net'
import { createWholeFrames } from './whole-frames.ts'

/** One client's own connection to nats-server. */
export interface Upstream {
  /** Sends whole commands. False: nats-server is behind, `onDrain` tells when it is not. */
  write(bytes: Buffer): boolean
  /** Stops and resumes reading from nats-server. */
  pause(): void
  resume(): void
  /** Sends what is left, then ends. */
  end(): void
  destroy(): void
}

export interface UpstreamOptions {
  host: string
  port: number
  /** The client's token, checked. */
  jwt: string
  /** Whether the client wants its own publishes back. */
  echo: boolean
  /** Shown by nats-server's monitoring. */
  name: string
  onFrames(frames: readonly Buffer[]): void
  onDrain(): void
  /** The connection is over, whoever ended it. */
  onClose(): void
}

/**
 * Connects a client. CONNECT is written anew from the few things that are known, never passed on; protocol 0, so that nats-server
 * sends no addresses of its cluster.
 */
export function connectUpstream(options: UpstreamOptions): Upstream {
  const { host, port, onFrames, onDrain, onClose } = options
  const socket = connect({ host, port, noDelay: true })
  const whole = createWholeFrames()
  socket.on('data', (chunk: Buffer) => {
    const frames = whole.push(chunk)
    if (frames.length > 0) onFrames(frames)
  })
  socket.on('drain', onDrain)
  socket.on('close', onClose)
  // 'close' follows and says all there is to say.
  socket.on('error', () => {})
  socket.write(connectLine(options))
  return {
    write: (bytes) => writeAtOnce(socket, bytes),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  }
}

/** What is written in one turn of the loop leaves in one system call. */
function writeAtOnce(socket: Socket, bytes: Buffer): boolean {
  if (socket.writableCorked === 0) {
    socket.cork()
    process.nextTick(() => socket.uncork())
  }
  return socket.write(bytes)
}

function connectLine({ jwt, echo, name }: UpstreamOptions): string {
  const fields = {
    verbose: false,
    pedantic: false,
    protocol: 0,
    headers: true,
    no_responders: true,
    lang: 'usher-edge',
    version: '1',
    name,
    jwt,
    echo,
  }
  return `CONNECT ${JSON.stringify(fields)}\r\n`
}
