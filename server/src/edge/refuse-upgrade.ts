import type { Duplex } from 'node:stream'
import { type ErrorBody, type ErrorCode, errorCodes } from '@usher-chat/sdk/protocol'

export interface UpgradeRefusal {
  /** The label it is counted under. */
  reason: 'path' | 'handshake_rate' | 'not_admitting'
  code: ErrorCode
  message: string
  retryAfterMs?: number
}

/** Answers a handshake that is not let in with a readable HTTP error, and hangs up. */
export function refuseUpgrade(socket: Duplex, { code, message, retryAfterMs }: UpgradeRefusal): void {
  const { status, retryable } = errorCodes[code]
  const body: ErrorBody = { error: { code, message, retryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } }
  const text = JSON.stringify(body)
  const head = [
    `HTTP/1.1 ${status} ${code}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...(retryAfterMs === undefined ? [] : [`Retry-After: ${Math.ceil(retryAfterMs / 1000)}`]),
    'Connection: close',
  ]
  // The other side may be gone already, and nobody else listens.
  socket.on('error', () => {})
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy())
}
