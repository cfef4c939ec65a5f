import * as v from 'valibot'
import { checkContent, checkEnvelope } from './check-publish.ts'
import { checkSubscribe, isSid, sidFor } from './check-subscribe.ts'
import type { CloseReasonName } from './close-reasons.ts'
import { maxConnectBytes, maxFrameBytes, maxLineBytes } from './limits.ts'
import { type Command, type PublishCommand, parseCommand } from './parse-command.ts'
import type { Policy, PublishKind } from './policy.ts'
import type { RateLimit } from './rate-limit.ts'
import { answerMessage, type PublishRefusal, publishError, type RefusalReason, refusalOf, subscribeError } from './refusals.ts'

/** What the bytes of a client come to. */
export type Outcome =
  /** The client wants in. Everything after it waits for `admit`. */
  | { type: 'connect'; jwt: string; echo: boolean }
  /** Whole commands, exactly as they came, for nats-server. */
  | { type: 'forward'; bytes: Buffer }
  /** A command that goes no further; `answer` is for the client. */
  | { type: 'refuse'; reason: RefusalReason; answer: Buffer }
  /** The end of this client; nothing comes after it. */
  | { type: 'close'; reason: CloseReasonName }

/** The door for one client's bytes. Pure: the same bytes at the same times come to the same outcomes, however they are cut. */
export interface Filter {
  /** Takes what came in at `now`, ms. */
  push(chunk: Buffer, now: number): Outcome[]
  /** The client is who they say. Gives what the bytes that waited come to. */
  admit(policy: Policy, rates: RateLimit, now: number): Outcome[]
}

export const createFilter = (): Filter => new ByteFilter()

const connectOptions = v.object({ jwt: v.string(), echo: v.optional(v.boolean(), true) })

/** What can be used of a CONNECT; the rest of it is nobody's business. */
function readConnect(json: string): { jwt: string; echo: boolean } | undefined {
  try {
    const result = v.safeParse(connectOptions, JSON.parse(json))
    return result.success ? result.output : undefined
  } catch {
    return undefined
  }
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
const empty: Buffer = Buffer.alloc(0)

class ByteFilter implements Filter {
  /** What has come in and is not yet a whole command, in the pieces it came in. */
  private pieces: Buffer[] = []
  private held = 0
  /** Nothing can be decided before so many bytes are held. */
  private needed = 1
  /** Bytes still to come of a payload that is refused already. */
  private skipping: number | undefined
  private state: 'new' | 'waiting' | 'admitted' | 'closed' = 'new'
  private policy: Policy | undefined
  private rates: RateLimit | undefined
  /** Pattern by subscription id. */
  private readonly subscriptions = new Map<string, string>()

  /** The bytes being read; the commands between `from` and `to` are accepted and not yet in an outcome. */
  private bytes = empty
  private from = 0
  private to = 0
  private now = 0
  private outcomes: Outcome[] = []

  push(chunk: Buffer, now: number): Outcome[] {
    if (this.state === 'closed' || chunk.length === 0) return []
    this.pieces.push(chunk)
    this.held += chunk.length
    if (this.state === 'waiting') return this.held > maxFrameBytes ? this.closed('unauthorized') : []
    return this.held < this.needed ? [] : this.read(now)
  }

  admit(policy: Policy, rates: RateLimit, now: number): Outcome[] {
    if (this.state !== 'waiting') return []
    this.state = 'admitted'
    this.policy = policy
    this.rates = rates
    return this.held === 0 ? [] : this.read(now)
  }

  /** Reads all whole commands held, and keeps what is left. */
  private read(now: number): Outcome[] {
    this.bytes = this.pieces.length === 1 ? (this.pieces[0] as Buffer) : Buffer.concat(this.pieces, this.held)
    this.now = now
    this.outcomes = []
    this.from = 0
    this.to = 0
    this.needed = 1
    let at = 0
    while (at < this.bytes.length && (this.state === 'new' || this.state === 'admitted')) {
      const next = this.skipping !== undefined ? this.skip(at, this.skipping) : this.readCommand(at)
      if (next === at) break
      at = next
    }
    this.flush()
    this.keep(at)
    return this.outcomes
  }

  private keep(at: number): void {
    this.held = this.state === 'closed' ? 0 : this.bytes.length - at
    // A copy: the rest of a frame must not keep all of the frame alive.
    this.pieces = this.held === 0 ? [] : [Buffer.from(this.bytes.subarray(at))]
    this.bytes = empty
  }

  /** Where reading goes on; `at` itself when the command is not whole yet, or the client is closed. */
  private readCommand(at: number): number {
    const limit = this.state === 'new' ? maxConnectBytes : maxLineBytes
    const end = this.bytes.indexOf(lineFeed, at)
    const length = end === -1 ? this.bytes.length - at : end + 1 - at
    if (length > limit) return this.close('lineTooLong', at)
    if (end === -1) {
      this.needed = length + 1
      return at
    }
    if (this.bytes[end - 1] !== carriageReturn || end === at) return this.close('protocol', at)
    const command = parseCommand(this.bytes, at, end - 1)
    if (command === undefined || (command.verb === 'CONNECT') !== (this.state === 'new')) return this.close('protocol', at)
    return this.obey(command, at, end + 1)
  }

  private obey(command: Command, at: number, next: number): number {
    switch (command.verb) {
      case 'CONNECT':
        return this.connect(command.json, at, next)
      case 'PUB':
      case 'HPUB':
        return this.publish(command, at, next)
      case 'SUB':
        return this.subscribe(command.subject, command.queue, command.sid, at, next)
      case 'UNSUB':
        return this.unsubscribe(command.sid, command.max, at, next)
      default:
        return this.control(at, next) ? this.accept(at, next) : at
    }
  }

  private connect(json: string, at: number, next: number): number {
    const options = readConnect(json)
    if (options === undefined) return this.close('unauthorized', at)
    this.state = 'waiting'
    this.outcomes.push({ type: 'connect', ...options })
    return next
  }

  private publish(command: PublishCommand, at: number, body: number): number {
    if (command.totalBytes > maxFrameBytes) return this.close('payloadTooLarge', at)
    const { policy, rates } = this.admitted()
    const envelope = checkEnvelope(policy, command)
    if ('refusal' in envelope) {
      this.skipping = command.totalBytes
      return this.refuse(envelope.refusal, command) ? body : at
    }
    const end = body + command.totalBytes
    const next = end + 2
    if (next > this.bytes.length) {
      this.needed = next - at
      return at
    }
    if (this.bytes[end] !== carriageReturn || this.bytes[end + 1] !== lineFeed) return this.close('protocol', at)
    const wait = rates.take(envelope.kind === 'message' ? 'message' : 'pulse', next - at, this.now)
    if (wait > 0) return this.refuse('rate', command, wait) ? next : at
    const refusal = this.check(policy, envelope.kind, command, body)
    if (refusal !== undefined) return this.refuse(refusal, command) ? next : at
    return this.accept(at, next)
  }

  private check(policy: Policy, kind: PublishKind, command: PublishCommand, body: number): PublishRefusal | undefined {
    const payload = body + command.headerBytes
    return checkContent(policy, kind, this.bytes.subarray(body, payload), this.bytes.subarray(payload, body + command.totalBytes))
  }

  private subscribe(subject: string, queue: string | undefined, sid: string, at: number, next: number): number {
    if (!isSid(sid) || this.subscriptions.has(sid)) return this.close('protocol', at)
    if (!this.control(at, next)) return at
    const reason = checkSubscribe(this.admitted().policy, subject, queue, this.subscriptions.size)
    if (reason !== undefined) return this.refused(reason, subscribeError(reason, subject, queue)) ? next : at
    this.subscriptions.set(sid, subject)
    return this.accept(at, next)
  }

  /** One that ends after `max` messages keeps its place until it is ended outright: deliveries are not counted here. */
  private unsubscribe(sid: string, max: number | undefined, at: number, next: number): number {
    if (!this.control(at, next)) return at
    if (!this.subscriptions.has(sid)) return next
    if (max === undefined) this.subscriptions.delete(sid)
    return this.accept(at, next)
  }

  /** Pays for a command that has no answer; who cannot is closed. */
  private control(at: number, next: number): boolean {
    if (this.admitted().rates.take('control', next - at, this.now) === 0) return true
    this.close('abuse', at)
    return false
  }

  private refuse(reason: PublishRefusal, { subject, reply }: PublishCommand, retryAfterMs = 0): boolean {
    const refusal = refusalOf(reason, retryAfterMs)
    // Only ever on the client's own inbox; a reply elsewhere is part of the attack.
    const own = reply !== undefined && this.admitted().policy.mayReplyTo(reply) ? reply : undefined
    const sid = own === undefined ? undefined : sidFor(this.subscriptions, own)
    const answer = own === undefined || sid === undefined ? publishError(reason, subject, reply, refusal) : answerMessage(own, sid, refusal)
    return this.refused(reason, answer)
  }

  /** Tells a refusal. False when it was one too many and the client is closed. */
  private refused(reason: RefusalReason, answer: Buffer): boolean {
    this.flush()
    this.outcomes.push({ type: 'refuse', reason, answer })
    if (this.admitted().rates.noteRefusal(this.now)) return true
    this.close('abuse', 0)
    return false
  }

  /** Passes over a refused payload, which ends in CR LF like every other. */
  private skip(at: number, left: number): number {
    const passed = Math.min(left, this.bytes.length - at)
    if (passed > 0) {
      this.skipping = left - passed
      return at + passed
    }
    if (this.bytes.length - at < 2) {
      this.needed = 2
      return at
    }
    if (this.bytes[at] !== carriageReturn || this.bytes[at + 1] !== lineFeed) return this.close('protocol', at)
    this.skipping = undefined
    return at + 2
  }

  private accept(at: number, next: number): number {
    if (this.to !== at) this.flush()
    if (this.from === this.to) this.from = at
    this.to = next
    return next
  }

  /** Puts what was accepted in a row into one outcome. */
  private flush(): void {
    if (this.to > this.from) this.outcomes.push({ type: 'forward', bytes: this.bytes.subarray(this.from, this.to) })
    this.from = this.to
  }

  private close(reason: CloseReasonName, at: number): number {
    this.flush()
    this.outcomes.push({ type: 'close', reason })
    this.state = 'closed'
    return at
  }

  private closed(reason: CloseReasonName): Outcome[] {
    this.state = 'closed'
    this.pieces = []
    return [{ type: 'close', reason }]
  }

  private admitted(): { policy: Policy; rates: RateLimit } {
    if (this.policy === undefined || this.rates === undefined) throw new Error('unable to read a command; the client is not admitted')
    return { policy: this.policy, rates: this.rates }
  }
}
