import type { IncomingMessage } from 'node:http'
import type { RateLimit } from '../access/rate-limit.ts'
import { ipBlock } from './ip-block.ts'
import type { UpgradeRefusal } from './refuse-upgrade.ts'

export interface HandshakeOptions {
  /** Where clients connect. */
  path: string
  /** The address of the client. */
  ip: string
  /** Handshakes by block of addresses. */
  handshakes: RateLimit
  /** Is anybody let in now? */
  open: boolean
}

/** Why a handshake is refused; undefined when it may go on. Whose token it will bring is not known yet. */
export function checkHandshake(request: IncomingMessage, { path, ip, handshakes, open }: HandshakeOptions): UpgradeRefusal | undefined {
  const [asked] = (request.url ?? '').split('?', 1)
  if (asked !== path) return { reason: 'path', code: 'not_found', message: `unable to open a socket; it is at ${path}` }
  if (!open) {
    const message = 'unable to open a socket; the server is not ready, try again in a second'
    return { reason: 'not_admitting', code: 'service_unavailable', message, retryAfterMs: 1_000 }
  }
  // Counted only now: who waits for the server must not be late when it is ready.
  const retryAfterMs = handshakes.take(ipBlock(ip))
  if (retryAfterMs === 0) return undefined
  const message = `unable to open a socket; too many, try again in ${retryAfterMs} ms`
  return { reason: 'handshake_rate', code: 'rate_limited', message, retryAfterMs }
}
