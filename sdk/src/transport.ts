import { type ConnectionOptions, connect, type Msg, type MsgHdrs, type NatsConnection, headers as newHeaders } from 'nats.ws'
import { deferred } from './deferred.ts'
import { UsherError } from './protocol/errors.ts'
import { newId } from './protocol/ids.ts'
import { Requests } from './requests.ts'
import type { WebSocketConstructor } from './types.ts'

export interface TransportMessage {
  readonly subject: string
  readonly data: Uint8Array
  /**
   * The last value of a header: the broker appends what it knows to what the author wrote, so an earlier value of the same name is not the
   * broker's. [R17]
   */
  header(name: string): string | undefined
}

/** One connection to the edge. It never dials again by itself: a lost one is thrown away. */
export interface Transport {
  publish(subject: string, payload: Uint8Array): void
  /** The answer's payload. Rejects with `timeout`, `connection_lost` or `service_unavailable`. */
  request(subject: string, payload: Uint8Array, headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<Uint8Array>
  /** For the life of the connection. */
  subscribe(subject: string, onMessage: (message: TransportMessage) => void): void
  /** A round trip; rejects when there is no answer in time. */
  ping(timeoutMs: number): Promise<void>
  /** Resolves, never rejects, when the connection has ended, with the reason. */
  readonly closed: Promise<UsherError>
  close(): void
}

export interface DialOptions {
  /** ws:// or wss:// */
  url: string
  jwt: string
  inboxPrefix: string
  webSocket: WebSocketConstructor | undefined
  timeoutMs: number
}

/** Rejects with `token_invalid` when the token was refused, else `connection_failed`. */
export type Dial = (options: DialOptions) => Promise<Transport>

/** `wsFactory` is documented by nats.ws, but missing in its types. */
type NatsWsOptions = ConnectionOptions & { wsFactory: (address: string) => Promise<{ socket: WebSocket; encrypted: boolean }> }

const pingIntervalMs = 20_000

/** Dials the edge with nats.ws. */
export const dialNats: Dial = async ({ url, jwt, inboxPrefix, webSocket, timeoutMs }) => {
  const Socket = webSocket ?? globalThis.WebSocket
  if (Socket === undefined)
    throw new UsherError('invalid_argument', 'unable to connect; this platform has no WebSocket, pass one in `webSocket`')
  let socket: WebSocket | undefined
  let reason = ''
  const ended = deferred<never>()
  try {
    const options: NatsWsOptions = {
      servers: url,
      // A bearer token proves all there is to prove; the authenticator of nats.ws would bring Ed25519 along.
      authenticator: () => ({ jwt, nkey: '', sig: '' }),
      inboxPrefix,
      // nats.ws gives up for good after two refusals, so the dialling again is ours.
      reconnect: false,
      ignoreClusterUpdates: true,
      noAsyncTraces: true,
      pingInterval: pingIntervalMs,
      maxPingOut: 2,
      timeout: timeoutMs,
      wsFactory: async (address) => {
        socket = new Socket(address)
        // Before nats.ws listens: it drops the reason, and waits on where it was not greeted yet. What the server said before comes first.
        socket.addEventListener('close', (event) => {
          reason = event.reason
          setTimeout(ended.reject)
        })
        return { socket, encrypted: address.startsWith('wss:') }
      },
    }
    const nats = await Promise.race([connect(options), ended.promise])
    return new NatsTransport(nats, socket, inboxPrefix, () => reason)
  } catch (cause) {
    // nats.ws leaves a socket open that did not answer in time.
    socket?.close()
    throw dialError(cause)
  }
}

class NatsTransport implements Transport {
  readonly closed: Promise<UsherError>
  readonly #nats: NatsConnection
  /** Where answers come to: of this connection alone, another tab of the same person has another. */
  readonly #inbox: string
  readonly #requests = new Requests()
  #end: (reason: UsherError) => void = () => {}
  #ended = false

  constructor(nats: NatsConnection, socket: WebSocket | undefined, inboxPrefix: string, reason: () => string) {
    this.#nats = nats
    this.#inbox = `${inboxPrefix}.${newId()}.`
    nats.subscribe(`${this.#inbox}*`, {
      callback: (error, message) => {
        if (!error) this.#requests.settle(message.subject.slice(this.#inbox.length), answerOf(message))
      },
    })
    const { promise, resolve } = deferred<UsherError>()
    this.closed = promise
    this.#end = (reason) => {
      if (this.#ended) return
      this.#ended = true
      resolve(reason)
      this.#requests.fail(lostError(reason))
      nats.close().catch(ignore)
      socket?.close()
    }
    socket?.addEventListener('close', () => this.#end(closeError(reason())))
    nats.closed().then(() => this.#end(closeError(reason())), ignore)
    this.#watchStatus().catch(ignore)
  }

  publish(subject: string, payload: Uint8Array): void {
    if (!this.#ended && !this.#nats.isClosed()) this.#nats.publish(subject, payload)
  }

  async request(subject: string, payload: Uint8Array, headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<Uint8Array> {
    if (this.#ended || this.#nats.isClosed()) throw lostError()
    const { token, answer } = this.#requests.open(timeoutMs)
    this.#nats.publish(subject, payload, { reply: this.#inbox + token, headers: toHeaders(headers) })
    return answer
  }

  subscribe(subject: string, onMessage: (message: TransportMessage) => void): void {
    this.#nats.subscribe(subject, {
      callback: (error, message) => {
        if (error) return
        onMessage({ subject: message.subject, data: message.data, header: (name) => message.headers?.last(name) || undefined })
      },
    })
  }

  async ping(timeoutMs: number): Promise<void> {
    const late = deferred<never>()
    const timer = setTimeout(() => late.reject(new UsherError('timeout', 'unable to reach the server; no answer to a ping')), timeoutMs)
    await Promise.race([this.#nats.flush(), late.promise]).finally(() => clearTimeout(timer))
  }

  close(): void {
    this.#end(new UsherError('disposed', 'unable to go on; the connection was closed'))
  }

  /** A dead network never closes the socket; nats.ws would wait for its last bytes to leave. */
  async #watchStatus(): Promise<void> {
    for await (const status of this.#nats.status()) {
      if (status.type === 'staleConnection') this.#end(closeError(''))
      if (status.type === 'error' && typeof status.data === 'string' && isAuthCode(status.data)) this.#end(closeError(status.data))
    }
  }
}

const ignore = () => {}

const isAuthCode = (code: string) => code.includes('AUTH') || code === 'AUTHORIZATION_VIOLATION'

const codeOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''

function toHeaders(record: Readonly<Record<string, string>>): MsgHdrs {
  const headers = newHeaders()
  for (const [name, value] of Object.entries(record)) headers.set(name, value)
  return headers
}

function dialError(cause: unknown): UsherError {
  return isAuthCode(codeOf(cause))
    ? new UsherError('token_invalid', 'unable to connect; the server refused the token', { cause })
    : new UsherError('connection_failed', 'unable to connect; the server did not answer', { cause })
}

/**
 * The edge says why it closes a socket in the close frame; nats-server in an -ERR. A revoked token may be one of several: asking for a
 * fresh one tells whether the person is still welcome. [R18]
 */
function closeError(reason: string): UsherError {
  if (reason.includes('broker')) return new UsherError('service_unavailable', 'unable to go on; the broker is away')
  if (/expired|revoked|resync/.test(reason) || isAuthCode(reason))
    return new UsherError('token_expired', 'unable to go on; a new token is needed')
  return new UsherError('connection_lost', `unable to go on; the connection was lost${reason && ` (${reason})`}`)
}

/** Nobody stores messages: nats-server answers by a header alone. */
function answerOf({ data, headers }: Msg): Uint8Array | UsherError {
  if (data.length > 0 || !headers?.hasError) return data
  return new UsherError('service_unavailable', 'unable to send; the server cannot store messages now')
}

const lostError = (cause?: UsherError) => new UsherError('connection_lost', 'unable to send; the connection was lost', { cause })
