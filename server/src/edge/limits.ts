/** What one person may do, over all their sockets. */
export interface ClientLimits {
  /** Messages and notes in a window. */
  readonly messages: number
  /** Pulses and heartbeats in a window. */
  readonly pulses: number
  /** SUB, UNSUB, PING and PONG in a window. */
  readonly controls: number
  /** Bytes of publishes, command line and header included, in a window. */
  readonly bytes: number
  /** Refused commands in a window; one more closes the socket. */
  readonly refusals: number
  /** WebSocket frames in a window, whatever is in them; one more closes the socket. */
  readonly frames: number
  /** Subscriptions of one socket, besides those each site adds. */
  readonly subscriptions: number
  readonly subscriptionsPerSite: number
  readonly sockets: number
}

export interface EdgeLimits {
  readonly visitor: ClientLimits
  readonly agent: ClientLimits
  /** WebSocket handshakes of one IP (IPv6: one /64) in a window. */
  readonly handshakes: number
}

/** The window all counts are about, ms. */
export const windowMs = 10_000

/** Longest command line, bytes, line end included: the longest subject and inbox take 300. */
export const maxLineBytes = 1_024

/** Longest CONNECT, bytes: a token of 4 KiB and what clients tell about themselves; as much as nats-server is told to read. */
export const maxConnectBytes = 8_192

/** Beyond this a payload is not even skipped; also the longest WebSocket frame. Bytes. */
export const maxFrameBytes = 64 * 1_024

/** A reader this many bytes behind is closed. */
export const maxBehindBytes = 1_024 * 1_024

/** A reader this long behind is closed, ms. */
export const maxBehindMs = 5_000

/** Time from the handshake to CONNECT, ms. */
export const loginTimeoutMs = 5_000

/** What main decides, from the configuration. */
export interface EdgeLimitOptions {
  visitor: { messages: number; pulses: number; sockets: number }
  agent: { messages: number; pulses: number; sockets?: number }
  handshakes: number
}

/** All limits. Bytes allow every message and pulse half of the largest payload; ten times the budget in refusals or frames is abuse. */
export function edgeLimits({ visitor, agent, handshakes }: EdgeLimitOptions): EdgeLimits {
  return {
    visitor: clientLimits({ ...visitor, controls: 100, subscriptionsPerSite: 0 }),
    // An agent subscribes anew, site by site, after every reconnect.
    agent: clientLimits({ ...agent, sockets: agent.sockets ?? 10, controls: 1_000, subscriptionsPerSite: 4 }),
    handshakes,
  }
}

function clientLimits(given: Pick<ClientLimits, 'messages' | 'pulses' | 'sockets' | 'controls' | 'subscriptionsPerSite'>): ClientLimits {
  const { messages, pulses, controls } = given
  return {
    ...given,
    bytes: (messages + pulses) * 4_096,
    refusals: 10 * messages,
    frames: 10 * (messages + pulses + controls),
    subscriptions: 16,
  }
}
