/** A message as it came: from a live subject, which nobody stored for us. */
export interface BusMessage {
  readonly subject: string
  readonly data: Uint8Array
  /** One header of the message; undefined when it has none of that name. */
  header(name: string): string | undefined
}

/** A message that stands in the stream. */
export interface StoredMessage extends BusMessage {
  /** Its sequence in the stream, from 1; without the epoch. */
  readonly seq: number
  /** When the stream stored it: the same on every delivery. */
  readonly time: Date
}

/** A message delivered to a worker, which must say that it is done. */
export interface ConsumedMessage extends StoredMessage {
  /** 1 at first, more after redeliveries. */
  readonly deliveryCount: number
  /** Done: never deliver it again. */
  ack(): void
  /** Still at it: the wait for `ack` starts anew. */
  working(): void
  /** Give it to another worker at once. */
  nak(): void
  /** Never deliver it again, although it could not be handled. */
  term(): void
}

/** Where a publish landed. `duplicate`: the stream already had this id, at `seq`. */
export type Stored = Readonly<{ seq: number; duplicate: boolean }>

export type BusStatus = 'connected' | 'disconnected'

/** The stream as it is now. A new `created` is a new life of the stream. */
export type StreamInfo = Readonly<{ created: Date; firstSeq: number; lastSeq: number; messages: number; bytes: number }>

/** A worker's place in the stream: everything up to `ackFloor` is done, `pending` not yet delivered, `unacked` delivered and not done. */
export type ConsumerInfo = Readonly<{ ackFloor: number; pending: number; unacked: number }>

export interface ConsumeOptions {
  /** Most messages handed over at once. */
  maxBatch: number
  /** Longest the first message of a batch waits for others while nothing is worked at, ms. */
  maxWaitMs: number
  /** How many batches may be worked at side by side. Default 1. */
  lanes?: number
  /** Most messages held here, waiting ones included. Default: a batch more than can be worked at. */
  maxBuffered?: number
  /** How often held messages are kept alive, ms. Default 2 s, a third of the consumers' `ack_wait`: two of these may get lost. */
  keepAliveMs?: number
  /**
   * Handles a batch, and acks each message of it when it is truly done. The next batch of this `lane` (0 … `lanes` - 1) comes after the
   * promise. Until then all held messages are kept alive. What it neither acks nor terms comes again after the consumer's `ack_wait`.
   */
  onBatch(batch: readonly ConsumedMessage[], lane: number): Promise<void>
}

/** A running consumption. */
export interface Consumption {
  /** Ends it: the batch at hand is finished, the waiting ones are given back. */
  stop(): Promise<void>
}

/** The way to NATS. Reconnects by itself, for ever; what was subscribed and consumed goes on after that. */
export interface Bus {
  readonly status: BusStatus
  /** Tells every change. Gives the way to stop listening. */
  onStatus(listener: (status: BusStatus) => void): () => void
  /** Publishes into the stream and waits until it is stored. Throws `thread_full`, `timeout` or `service_unavailable`. */
  publish(subject: string, payload: Uint8Array, options: { msgId: string; timeoutMs?: number }): Promise<Stored>
  /** Publishes to whoever listens now; never stored, never confirmed. */
  emit(subject: string, payload: Uint8Array): void
  /** Listens to a subject (wildcards allowed). Gives the way to stop. */
  subscribe(subject: string, onMessage: (message: BusMessage) => void): () => void
  /** Works through the stream as the durable consumer of this name. */
  consume(durable: string, options: ConsumeOptions): Consumption
  consumerInfo(durable: string): Promise<ConsumerInfo>
  streamInfo(): Promise<StreamInfo>
  /** The first stored message after `afterSeq` whose subject matches `subjectFilter`; undefined when there is none. */
  getNext(options: { afterSeq: number; subjectFilter: string }): Promise<StoredMessage | undefined>
  /** Resolves when everything sent so far has reached the broker. */
  flush(): Promise<void>
  /** Stops consuming, sends what is left, ends the connection. */
  close(): Promise<void>
}
