import type { Socket } from 'node:net'

/** Which way bytes go: up is towards the server. */
export type Way = 'up' | 'down'

/** What is wrong with the network. */
export interface Weather {
  /** Every byte comes so much later, ms. */
  delayMs?: number
  /** Most bytes a second, each way. */
  bytesPerSecond?: number
  /** Bytes of this way are held back; those already sent by then stay. */
  stall?: Way | 'both'
  /** Pieces of this way that are swallowed, whole, as TCP itself never would. */
  drop?: (piece: Buffer, way: Way) => boolean
  /** One byte of a piece is another, as TCP itself would notice. */
  corrupt?: (piece: Buffer, way: Way) => boolean
  /** New connections are reset. */
  refuse?: boolean
}

/** One relayed connection. */
export interface Link {
  /** The weather is another. */
  changed(): void
  end(): void
  reset(): void
  freeze(): void
  isFrozen(): boolean
  garble(): void
}

interface LinkOptions {
  client: Socket
  upstream: Socket
  weather: () => Weather
  onEnd: () => void
}

/** Relays between two sockets, piece by piece, as the weather allows. */
export function createLink({ client, upstream, weather, onEnd }: LinkOptions): Link {
  let frozen = false
  let garbling = false
  const stop = (how: 'end' | 'reset'): void => {
    for (const socket of [client, upstream]) {
      if (how === 'reset') socket.resetAndDestroy()
      else {
        // Not destroyed at once: the end of file must leave first.
        socket.end()
        socket.destroySoon()
      }
    }
    onEnd()
  }
  const send = (to: Socket, piece: Buffer): boolean => {
    if (!garbling) return to.write(piece)
    // Not a frame, not a command, not a header of anything we speak.
    to.write(Buffer.alloc(1, 0xff))
    stop('end')
    return true
  }
  const isHeld = (way: Way): boolean => frozen || weather().stall === way || weather().stall === 'both'
  const pipes = [
    createPipe({ from: client, to: upstream, way: 'up', weather, isHeld, send }),
    createPipe({ from: upstream, to: client, way: 'down', weather, isHeld, send }),
  ]
  for (const socket of [client, upstream]) {
    socket.setNoDelay(true)
    socket.on('error', () => {})
    // What one side knows of its end, a frozen connection does not tell the other.
    socket.once('close', (failed) => {
      if (!frozen) stop(failed ? 'reset' : 'end')
    })
  }
  return {
    changed: () => {
      for (const pipe of pipes) pipe.pump()
    },
    end: () => stop('end'),
    reset: () => stop('reset'),
    freeze: () => {
      frozen = true
    },
    isFrozen: () => frozen,
    garble: () => {
      garbling = true
    },
  }
}

interface PipeOptions {
  from: Socket
  to: Socket
  way: Way
  weather: () => Weather
  isHeld: (way: Way) => boolean
  send: (to: Socket, piece: Buffer) => boolean
}

/** Bytes held at most before the sender is held back, as a network's buffers would. */
const bufferBytes = 256 * 1024
/** A throttled way sends a tenth of a second's worth at a time. */
const sliceMs = 100

/** One way of a connection: pieces wait in a queue until their time has come. */
function createPipe({ from, to, way, weather, isHeld, send }: PipeOptions): { pump(): void } {
  const queue: { bytes: Buffer | undefined; due: number }[] = []
  let held = 0
  let timer: NodeJS.Timeout | undefined
  const later = (ms: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      pump()
    }, ms)
  }
  const pump = (): void => {
    while (queue.length > 0 && !to.destroyed && !isHeld(way) && timer === undefined) {
      const piece = queue[0]!
      const wait = piece.due - Date.now()
      if (wait > 0) {
        later(wait)
        return
      }
      if (piece.bytes === undefined) {
        queue.shift()
        to.end()
        continue
      }
      const { bytesPerSecond = Number.POSITIVE_INFINITY } = weather()
      const slice = piece.bytes.subarray(0, Math.max(1, Math.floor((bytesPerSecond * sliceMs) / 1_000)))
      piece.bytes = piece.bytes.subarray(slice.length)
      if (piece.bytes.length === 0) queue.shift()
      held -= slice.length
      send(to, slice)
      if (bytesPerSecond !== Number.POSITIVE_INFINITY) later(sliceMs)
    }
    if (held < bufferBytes) from.resume()
  }
  from.on('data', (bytes: Buffer) => {
    const { drop, corrupt, delayMs = 0 } = weather()
    if (drop?.(bytes, way) === true) return
    if (corrupt?.(bytes, way) === true) bytes[bytes.length >> 1]! ^= 0x55
    queue.push({ bytes, due: Date.now() + delayMs })
    held += bytes.length
    if (held >= bufferBytes) from.pause()
    pump()
  })
  from.on('end', () => {
    queue.push({ bytes: undefined, due: Date.now() + (weather().delayMs ?? 0) })
    pump()
  })
  from.on('close', () => clearTimeout(timer))
  from.resume()
  return { pump }
}
