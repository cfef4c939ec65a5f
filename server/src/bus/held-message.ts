import type { Msg } from 'nats'
import type { BusMessage, ConsumedMessage, StoredMessage } from './bus.ts'
import { type Delivery, readAckSubject } from './read-ack-subject.ts'

const words = { ack: Buffer.from('+ACK'), working: Buffer.from('+WPI'), nak: Buffer.from('-NAK'), term: Buffer.from('+TERM') }

/** What of a NATS message our callers see. */
export function busMessage(message: Msg): BusMessage {
  return { subject: message.subject, data: message.data, header: (name) => headerOf(message, name) }
}

/** A message that was read from the stream, not delivered. */
export function storedMessage(message: Msg, { subject, seq, time }: { subject: string; seq: number; time: Date }): StoredMessage {
  return { subject, seq, time, data: message.data, header: (name) => headerOf(message, name) }
}

/** A delivered message in the hands of a worker; undefined when it is none that JetStream wants an answer to. */
export function holdMessage(message: Msg): HeldMessage | undefined {
  const delivery = readAckSubject(message.reply ?? '')
  return delivery === undefined ? undefined : new HeldMessage(message, delivery)
}

const headerOf = (message: Msg, name: string): string | undefined => message.headers?.get(name) || undefined

/** A class, because these are made by the ten thousand: five closures for each were a third of the worker's time. */
export class HeldMessage implements ConsumedMessage {
  readonly #message: Msg
  readonly seq: number
  readonly time: Date
  readonly deliveryCount: number
  /** JetStream has its last answer. */
  settled = false

  constructor(message: Msg, { seq, time, deliveryCount }: Delivery) {
    this.#message = message
    this.seq = seq
    this.time = time
    this.deliveryCount = deliveryCount
  }

  get subject(): string {
    return this.#message.subject
  }

  get data(): Uint8Array {
    return this.#message.data
  }

  header(name: string): string | undefined {
    return headerOf(this.#message, name)
  }

  ack(): void {
    this.#answer(words.ack, true)
  }

  working(): void {
    this.#answer(words.working, false)
  }

  nak(): void {
    this.#answer(words.nak, true)
  }

  term(): void {
    this.#answer(words.term, true)
  }

  #answer(word: Uint8Array, last: boolean): void {
    if (this.settled) return
    this.settled = last
    this.#message.respond(word)
  }
}
