import { type ErrorCode, encode, errorCodes, UsherError } from '../src/protocol/index.ts'
import type { Transport, TransportMessage } from '../src/transport.ts'
import type { MemoryServer } from './memory-server.ts'

/** A connection to the server in memory. It loses what the server's faults say. */
export class MemoryLink implements Transport {
  readonly closed: Promise<UsherError>
  readonly jwt: string
  /** Silent: nothing comes through, and nobody notices. */
  isDead = false
  readonly #server: MemoryServer
  readonly #subscriptions: { subject: string; onMessage: (message: TransportMessage) => void }[] = []
  #end: (reason: UsherError) => void = () => {}
  #isOpen = true

  constructor(server: MemoryServer, jwt: string) {
    this.#server = server
    this.jwt = jwt
    this.closed = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  get subjects(): string[] {
    return this.#subscriptions.map(({ subject }) => subject)
  }

  publish(subject: string, payload: Uint8Array): void {
    if (this.#isOpen && !this.isDead) this.#server.pulses.push({ subject, payload })
  }

  async request(subject: string, payload: Uint8Array, headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<Uint8Array> {
    await Promise.resolve()
    if (!this.#isOpen) throw this.refusal('connection_lost')
    if (this.isDead) return this.#late(timeoutMs)
    const { faults } = this.#server
    if (faults.refuse) return encode({ error: faults.refuse })
    const { streamSeq, duplicate } = this.#server.store(subject, payload, headers['Nats-Msg-Id'] ?? '')
    if (faults.isAckLost) {
      this.drop('')
      throw this.refusal('connection_lost')
    }
    return encode({ stream: 'CHAT', seq: streamSeq, ...(duplicate && { duplicate }) })
  }

  subscribe(subject: string, onMessage: (message: TransportMessage) => void): void {
    this.#subscriptions.push({ subject, onMessage })
  }

  async ping(timeoutMs: number): Promise<void> {
    if (this.isDead) await this.#late(timeoutMs)
  }

  close(): void {
    this.drop('closed')
  }

  deliver(message: TransportMessage): void {
    if (!this.#isOpen || this.isDead) return
    for (const { subject, onMessage } of this.#subscriptions) if (matches(subject, message.subject)) onMessage(message)
  }

  /** The server, or the network, ends it. */
  drop(reason: string): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#server.links.delete(this)
    this.#end(this.refusal(codeOf(reason)))
  }

  refusal(code: ErrorCode): UsherError {
    return new UsherError(code, `unable to go on; ${errorCodes[code].status}`)
  }

  #late(timeoutMs: number): Promise<never> {
    return new Promise((_, reject) => this.#server.clock.after(timeoutMs, () => reject(this.refusal('timeout'))))
  }
}

/** As transport.ts reads the edge's reasons. */
function codeOf(reason: string): ErrorCode {
  if (reason === 'broker away') return 'service_unavailable'
  return reason === 'resync' || reason === 'expired' ? 'token_expired' : 'connection_lost'
}

function matches(pattern: string, subject: string): boolean {
  const tokens = subject.split('.')
  const parts = pattern.split('.')
  for (const [i, part] of parts.entries()) {
    if (part === '>') return tokens.length > i
    if (part !== '*' && part !== tokens[i]) return false
  }
  return tokens.length === parts.length
}
