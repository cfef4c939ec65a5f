import { WebSocket } from 'ws'

export interface OpenSocketOptions {
  url: string
  localAddress?: string | undefined
  /** Every frame, text or binary. */
  onFrame(frame: Buffer): void
  onClose?: ((reason: string) => void) | undefined
}

/** A bare WebSocket, not yet open: its frames tell when the server has let it in. Its failures end in `onClose`. */
export function openSocket({ url, localAddress, onFrame, onClose }: OpenSocketOptions): WebSocket {
  const options = { perMessageDeflate: false, skipUTF8Validation: true, handshakeTimeout: 20_000 }
  const ws = new WebSocket(url, localAddress === undefined ? options : { ...options, localAddress })
  let failure = ''
  ws.on('message', (data: Buffer) => onFrame(data))
  ws.on('error', (error) => {
    failure = error.message
  })
  ws.on('close', (code, reason) => onClose?.(failure || `${code} ${reason.toString()}`.trim()))
  return ws
}
