import type { Clock } from './clock.ts'
import type { Place, Self } from './incoming.ts'
import type { Outbox } from './outbox.ts'
import type { UsherError } from './protocol/errors.ts'
import type { Author, ThreadPage } from './protocol/rest.ts'
import type { PageQuery } from './thread-reader.ts'
import type { TimelineEvent, TimelineMessage } from './types.ts'

/** Whose thread, and who looks at it. */
export interface Opening extends Place {
  self: Self
  author: Author
  outbox: Outbox
}

export interface ThreadOptions {
  clock: Clock
  role: Self['role']
  fetchPage(place: Place, query: PageQuery): Promise<ThreadPage>
  /** Where messages are kept before the thread is opened. */
  earlyOutbox?(): Outbox | undefined
  /** Whether the draft may be shown while it is typed. */
  preview(): boolean
  /** Somebody wants to write and nobody has opened the thread yet. */
  onWanted(): void
  /** A message of somebody else that is news. */
  onReceived(message: TimelineMessage): void
  onSent(message: TimelineMessage): void
  onEvent(event: TimelineEvent): void
  /** All up to here is read. */
  onRead(seq: number): void
  /** The thread belongs to another life of the stream than the connection. */
  onResync(): void
  onError(error: UsherError): void
}
