import type { Duplex } from 'node:stream'
import { isUsherError, maxPayloadBytes } from '@usher-chat/sdk/protocol'
import type { WebSocket } from 'ws'
import type { VerifiedUser } from '../access/user-jwt.ts'
import { createAuthorLast } from './author-last.ts'
import { type CloseReasonName, closeReasons } from './close-reasons.ts'
import { connectUpstream, type Upstream } from './connect-upstream.ts'
import type { Crowd } from './crowd.ts'
import { createFilter, type Outcome } from './filter.ts'
import { createLag } from './lag.ts'
import { type EdgeLimits, loginTimeoutMs, maxBehindBytes, maxBehindMs } from './limits.ts'
import type { OriginAllowed } from './origin-rule.ts'
import { policyOf } from './policy.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'
import { errorLine, type RefusalReason } from './refusals.ts'

/** One client on the edge, from handshake to end. */
export interface Session {
  /** Looks at the clock: login in time, token, a reader that is behind, an end that takes too long. */
  tick(): void
  /** Closes the socket if its token is revoked by now; a newer token of the same person stays. */
  closeIfRevoked(): void
  close(reason: CloseReasonName): void
}

/** What all sessions share. */
export interface SessionContext {
  host: string
  port: number
  verify: (jwt: string) => VerifiedUser
  isRevoked: (id: string, issuedAt: number) => boolean
  originAllowed: OriginAllowed
  limits: EdgeLimits
  crowd: Crowd<Session>
  now: () => number
  onRefused(reason: RefusalReason): void
  onClosed(reason: CloseReasonName): void
  onBytes(received: number, sent: number): void
  /** Something in our own code failed; the socket is closed. */
  onError(error: unknown): void
  /** Both connections of the session are over. */
  onEnd(session: Session): void
}

/** From this on nats-server is not read until the client has caught up, bytes. Holds a burst of a hundred messages. */
const fullBytes = 256 * 1_024

/** Time a client has to take the last words before the socket is cut, ms. */
const farewellMs = 1_000

/**
 * What the edge says first. `max_payload` counts the header too, so clients that check it never stop a message the edge would take.
 * No address, no nonce: a bearer token proves all there is to prove.
 */
const info = Buffer.from(
  `INFO ${JSON.stringify({
    server_id: 'usher',
    server_name: 'usher',
    version: '2.10.0',
    proto: 1,
    headers: true,
    auth_required: true,
    max_payload: maxPayloadBytes + 512,
  })}\r\n`,
)

/** `socket` is the connection under `ws`, which tells when what was written is gone. */
export interface SessionSockets {
  ws: WebSocket
  socket: Duplex
  origin: string | undefined
}

export function openSession(context: SessionContext, sockets: SessionSockets): Session {
  const session = new ClientSession(context, sockets)
  session.open()
  return session
}

class ClientSession implements Session {
  private readonly filter = createFilter()
  private readonly lag = createLag()
  private readonly delivery = createAuthorLast({ send: (frames) => this.sendAll(frames) })
  private readonly openedAt: number
  private user: VerifiedUser | undefined
  /** Of this socket before login, of the person after it. */
  private rates: RateLimit
  private upstream: Upstream | undefined
  private upstreamOver = true
  private upstreamPaused = false
  private closedAt: number | undefined
  private ended = false
  /** Bytes from and to the client since the last tick, and all ever sent. */
  private received = 0
  private sent = 0
  private queued = 0

  constructor(
    private readonly context: SessionContext,
    private readonly sockets: SessionSockets,
  ) {
    this.openedAt = context.now()
    this.rates = createRateLimit(context.limits.visitor, this.openedAt)
  }

  open(): void {
    const { ws, socket } = this.sockets
    ws.on('message', (data: Buffer, isBinary: boolean) => this.receive(data, isBinary))
    ws.on('ping', () => this.noteFrame())
    ws.on('pong', () => this.noteFrame())
    ws.on('close', () => this.leave())
    // A frame that breaks RFC 6455 or is too long: `ws` closes by itself with the right code.
    ws.on('error', () => {
      if (this.closedAt === undefined) this.context.onClosed('protocol')
    })
    socket.on('drain', () => this.resumeUpstream())
    this.send(info)
  }

  close(reason: CloseReasonName): void {
    if (this.closedAt !== undefined) return
    const { code, text, error } = { error: undefined, ...closeReasons[reason] }
    const { ws } = this.sockets
    this.context.onClosed(reason)
    this.delivery.flush()
    // Who does not read would never read this either, and holds a mebibyte meanwhile.
    if (reason === 'slowReader') ws.terminate()
    if (error !== undefined) this.send(errorLine(error))
    ws.close(code, text)
    // The flood of a client that was closed must cost nothing more; any other is read until it has said goodbye.
    if (reason === 'abuse') ws.pause()
    else ws.resume()
    this.leave()
  }

  closeIfRevoked(): void {
    if (this.user !== undefined && this.context.isRevoked(this.user.id, this.user.issuedAt)) this.close('revoked')
  }

  tick(): void {
    const { ws, socket } = this.sockets
    const now = this.context.now()
    this.context.onBytes(this.received, this.sent)
    this.received = 0
    this.sent = 0
    if (this.closedAt !== undefined) {
      if (now - this.closedAt >= farewellMs) this.cut()
      return
    }
    const behindMs = this.lag.note(this.queued, socket.writableLength, now)
    if (behindMs >= maxBehindMs || ws.bufferedAmount > maxBehindBytes) this.close('slowReader')
    else if (this.user === undefined && now - this.openedAt >= loginTimeoutMs) this.close('loginTimeout')
    else if (this.user !== undefined && now >= this.user.expiresAt) this.close('expired')
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (this.closedAt !== undefined) return
    this.received += data.length
    if (!isBinary) this.close('textFrame')
    else if (this.noteFrame()) this.obey(this.filter.push(data, this.context.now()))
  }

  private noteFrame(): boolean {
    if (this.closedAt !== undefined) return false
    if (this.rates.noteFrame(this.context.now())) return true
    this.close('abuse')
    return false
  }

  private obey(outcomes: readonly Outcome[]): void {
    // In one frame: answering every message of a flood by itself would cost more than refusing it.
    const answers: Buffer[] = []
    for (const outcome of outcomes) {
      if (outcome.type === 'forward') this.forward(outcome.bytes)
      else if (outcome.type === 'refuse') {
        this.context.onRefused(outcome.reason)
        answers.push(outcome.answer)
      }
    }
    if (answers.length > 0) this.send(Buffer.concat(answers))
    const last = outcomes.at(-1)
    if (last?.type === 'close') this.close(last.reason)
    if (last?.type === 'connect') this.logIn(last.jwt, last.echo).catch((error: unknown) => this.fail(error))
  }

  private forward(bytes: Buffer): void {
    this.delivery.wrote()
    if (this.upstream?.write(bytes) === false) this.sockets.ws.pause()
  }

  private async logIn(jwt: string, echo: boolean): Promise<void> {
    const { context } = this
    const user = this.verify(jwt)
    if (user === undefined) return
    const { origin } = this.sockets
    if (!(await context.originAllowed(origin, user))) return this.close('originNotAllowed')
    if (this.closedAt !== undefined) return
    // Asked after the wait: what was revoked meanwhile is revoked.
    if (context.isRevoked(user.id, user.issuedAt)) return this.close('revoked')
    const now = context.now()
    const rates = context.crowd.join(user.role, user.id, this, now)
    if (rates === undefined) return this.close('tooManySockets')
    this.user = user
    this.rates = rates
    this.upstream = this.connect(user, jwt, echo)
    this.obey(this.filter.admit(policyOf(user, context.limits[user.role]), rates, now))
  }

  private verify(jwt: string): VerifiedUser | undefined {
    try {
      return this.context.verify(jwt)
    } catch (error) {
      this.close(isUsherError(error, 'token_expired') ? 'expired' : 'unauthorized')
      return undefined
    }
  }

  private connect(user: VerifiedUser, jwt: string, echo: boolean): Upstream {
    const { host, port } = this.context
    this.upstreamOver = false
    return connectUpstream({
      host,
      port,
      jwt,
      echo,
      name: `${user.role} ${user.id}`,
      onFrames: (frames) => this.delivery.deliver(frames),
      onDrain: () => {
        if (this.closedAt === undefined) this.sockets.ws.resume()
      },
      onClose: () => {
        this.upstreamOver = true
        this.close('upstreamGone')
        this.endWhenOver()
      },
    })
  }

  private sendAll(frames: readonly Buffer[]): void {
    if (this.closedAt !== undefined) return
    for (const frame of frames) this.send(frame)
    if (this.upstreamPaused || this.sockets.ws.bufferedAmount < fullBytes) return
    this.upstreamPaused = true
    this.upstream?.pause()
  }

  private resumeUpstream(): void {
    if (!this.upstreamPaused) return
    this.upstreamPaused = false
    this.upstream?.resume()
  }

  private send(bytes: Buffer): void {
    this.sent += bytes.length
    this.queued += bytes.length
    this.sockets.ws.send(bytes)
  }

  private fail(error: unknown): void {
    this.context.onError(error)
    this.close('unauthorized')
  }

  /** The client is gone or going: what it was granted still reaches nats-server, and nothing comes back. */
  private leave(): void {
    this.closedAt ??= this.context.now()
    if (this.user !== undefined) this.context.crowd.leave(this.user.id, this)
    this.upstream?.resume()
    this.upstream?.end()
    this.endWhenOver()
  }

  private cut(): void {
    this.sockets.ws.terminate()
    this.upstream?.destroy()
    this.endWhenOver()
  }

  private endWhenOver(): void {
    const { ws } = this.sockets
    if (this.ended || !this.upstreamOver || ws.readyState !== ws.CLOSED) return
    this.ended = true
    this.context.onEnd(this)
  }
}
