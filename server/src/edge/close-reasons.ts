/** Why the edge ends a socket. */
export interface CloseReason {
  /** WebSocket close code: RFC 6455, section 7.4; 4000 and up are Usher's own. */
  readonly code: number
  /** What the close frame says; at most 123 bytes. */
  readonly text: string
  /** What `-ERR` says just before. In nats-server's own words where it has some: NATS clients know those. */
  readonly error?: string
}

/** Every way a socket ends at the edge's will; the key is the label of `usher_edge_closed_total`. */
export const closeReasons = {
  protocol: { code: 1008, text: 'not a command of this edge', error: 'Unknown Protocol Operation' },
  lineTooLong: { code: 1008, text: 'control line too long', error: 'Maximum Control Line Exceeded' },
  textFrame: { code: 1003, text: 'binary frames only' },
  payloadTooLarge: { code: 1009, text: 'payload too large', error: 'Maximum Payload Violation' },
  loginTimeout: { code: 1008, text: 'no login in time', error: 'Authentication Timeout' },
  unauthorized: { code: 1008, text: 'token not accepted', error: 'Authorization Violation' },
  originNotAllowed: { code: 1008, text: 'origin not allowed', error: 'Authorization Violation' },
  abuse: { code: 1008, text: 'too many refused commands', error: 'unable to go on; far too fast' },
  expired: { code: 4401, text: 'token expired', error: 'User Authentication Expired' },
  revoked: { code: 4403, text: 'token revoked', error: 'User Authentication Revoked' },
  slowReader: { code: 4408, text: 'too far behind, resume by seq', error: 'Slow Consumer' },
  tooManySockets: { code: 4429, text: 'too many sockets of one person', error: 'Maximum Connections Exceeded' },
  stopping: { code: 1001, text: 'server stops, connect again' },
  resync: { code: 1012, text: 'resync' },
  upstreamGone: { code: 1013, text: 'broker away, connect again' },
} as const satisfies Record<string, CloseReason>

export type CloseReasonName = keyof typeof closeReasons
