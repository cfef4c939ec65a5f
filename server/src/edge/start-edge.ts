import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ServerOptions, WebSocketServer } from 'ws'
import { createRateLimit } from '../access/rate-limit.ts'
import type { VerifiedUser } from '../access/user-jwt.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { checkHandshake } from './check-handshake.ts'
import type { CloseReasonName } from './close-reasons.ts'
import { createCrowd } from './crowd.ts'
import { type EdgeLimits, maxFrameBytes, windowMs } from './limits.ts'
import { openSession, type Session } from './open-session.ts'
import type { OriginAllowed } from './origin-rule.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'

export interface EdgeOptions {
  /** The server whose upgrades the edge answers: all of them, those of other paths with 404. */
  server: Server
  /** Where clients connect; default `/nats`. */
  path?: string
  /** nats-server, `nats://host:port`; several, by commas, are taken in turn. Unencrypted: loopback or a private network. */
  natsUrl: string
  /** Gives the bearer of a token, or throws `token_expired` or `token_invalid`. */
  verify: (jwt: string) => VerifiedUser
  /** Is a token of this id, issued at this time (ms), revoked? Asked at every login. */
  isRevoked: (id: string, issuedAt: number) => boolean
  originAllowed: OriginAllowed
  limits: EdgeLimits
  log: Log
  metrics: Metrics
  /** ms since 1970. */
  now?: () => number
  /** The address of the client, behind a proxy that of its header. */
  ip: (request: IncomingMessage) => string
  /** How often sessions look at the clock, ms. */
  tickMs?: number
}

/** The running edge. It lets nobody in until `admit(true)`. */
export interface Edge {
  /** Opens or shuts the door. Shut, handshakes get 503 and open sockets are closed with "resync". */
  admit(open: boolean): void
  closeAll(reason: CloseReasonName): void
  /** Closes every socket of this visitor or agent whose token `isRevoked` refuses now. */
  revoke(id: string): void
  /** Sockets now open. */
  sockets(): number
  /** Ends all sockets; resolves when the last is gone, after about a second at most. */
  stop(): Promise<void>
}

// A message in pieces counts as one; browsers send none, so a few are room enough. (The types lack `maxFragments`.)
const webSocketOptions: ServerOptions & { maxFragments: number } = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: maxFrameBytes,
  maxFragments: 16,
}

/** Opens the WebSocket door on an HTTP server. */
export function startEdge(options: EdgeOptions): Edge {
  const { server, path = '/nats', limits, now = Date.now, tickMs = 500 } = options
  const sessions = new Set<Session>()
  const crowd = createCrowd<Session>(limits)
  const handshakes = createRateLimit({ limit: limits.handshakes, windowMs, now })
  const websockets = new WebSocketServer(webSocketOptions)
  const counters = countersOf(options.metrics, () => sessions.size)
  const nextServer = serversOf(options.natsUrl)
  let open = false
  let whenEmpty: (() => void) | undefined
  const onEnd = (session: Session): void => {
    sessions.delete(session)
    if (sessions.size === 0) whenEmpty?.()
  }
  const onError = (error: unknown): void => options.log.error({ err: error }, 'unable to let a client in')
  const context = { ...contextOf(options), ...counters, crowd, now, onEnd, onError }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const refusal = checkHandshake(request, { path, ip: options.ip(request), handshakes, open })
    if (refusal !== undefined) {
      counters.onRefused(refusal.reason)
      refuseUpgrade(socket, refusal)
      return
    }
    websockets.handleUpgrade(request, socket, head, (ws) => {
      sessions.add(openSession({ ...context, ...nextServer() }, { ws, socket, origin: request.headers.origin }))
    })
  }
  server.on('upgrade', onUpgrade)
  const timer = setInterval(() => {
    for (const session of sessions) session.tick()
    crowd.sweep(now())
  }, tickMs)

  const closeAll = (reason: CloseReasonName): void => {
    for (const session of sessions) session.close(reason)
  }
  return {
    closeAll,
    admit(next) {
      open = next
      if (!open) closeAll('resync')
    },
    revoke(id) {
      for (const session of crowd.of(id)) session.closeIfRevoked()
    },
    sockets: () => sessions.size,
    async stop() {
      server.off('upgrade', onUpgrade)
      const empty = new Promise<void>((resolve) => {
        whenEmpty = resolve
      })
      closeAll('stopping')
      if (sessions.size > 0) await empty
      clearInterval(timer)
      websockets.close()
    },
  }
}

const contextOf = ({ verify, isRevoked, originAllowed, limits }: EdgeOptions) => ({ verify, isRevoked, originAllowed, limits })

/** The servers of a list, one after the other: a client whose server is away gets the next one when it dials again. */
function serversOf(urls: string): () => { host: string; port: number } {
  const servers = urls.split(',').map((text) => {
    const { hostname, port } = new URL(text.trim())
    return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 4222 : Number(port) }
  })
  let turn = 0
  return () => servers[turn++ % servers.length] as { host: string; port: number }
}

function countersOf(metrics: Metrics, sockets: () => number) {
  const refused = metrics.counter('usher_edge_refused_total', 'Commands and handshakes not let through, by reason.', ['reason'])
  const closed = metrics.counter('usher_edge_closed_total', 'Sockets the edge ended, by reason.', ['reason'])
  const bytes = metrics.counter('usher_edge_bytes_total', 'Bytes of NATS protocol from and to clients.', ['direction'])
  metrics.gauge('usher_edge_sockets', 'Open sockets of clients.', sockets)
  return {
    onRefused: (reason: string) => refused({ reason }),
    onClosed: (reason: CloseReasonName) => closed({ reason }),
    onBytes(received: number, sent: number) {
      if (received > 0) bytes({ direction: 'in' }, received)
      if (sent > 0) bytes({ direction: 'out' }, sent)
    },
  }
}
