import {
  decode,
  event,
  type InternalEvent,
  internalEvent,
  message,
  readChatSubject,
  serverAuthor,
  type ThreadEvent,
  toSeq,
} from '@usher-chat/sdk/protocol'

/** A message as the stream holds it. */
export interface StreamMessage {
  readonly subject: string
  readonly data: Uint8Array
  /** Its sequence in the stream, without the epoch. */
  readonly seq: number
  /** When the stream stored it. */
  readonly time: Date
}

/** A row of `messages`. */
export type MessageRow = {
  site: string
  visitor: string
  seq: number
  at: Date
  /** The message id its author made. */
  id: string
  author: { role: 'visitor' | 'agent' | 'server'; id: string }
  /** Notes and internal events: only agents see them. */
  internal: boolean
} & ({ kind: 'text'; body: { text: string } } | { kind: 'event'; body: ThreadEvent | InternalEvent })

/** Why a message of the stream is no row. */
export interface Unreadable {
  reason: string
}

export const isUnreadable = (read: MessageRow | Unreadable): read is Unreadable => 'reason' in read

/** Reads a message of the stream. Who wrote it and who may see it stand in the subject, which the broker enforced. */
export function readMessageRow(epoch: number, { subject, data, seq: streamSeq, time: at }: StreamMessage): MessageRow | Unreadable {
  const chat = readChatSubject(subject)
  if (chat === undefined) return { reason: 'the subject is not of a thread' }
  const { site, visitor, type } = chat
  const seq = toSeq(epoch, streamSeq)
  if (type === 'event' || type === 'internal') {
    const body = type === 'event' ? decode(event, data) : decode(internalEvent, data)
    if (body === undefined) return { reason: 'the payload is no event' }
    return {
      site,
      visitor,
      seq,
      at,
      id: body.id,
      author: { role: 'server', id: serverAuthor },
      internal: type === 'internal',
      kind: 'event',
      body,
    }
  }
  const said = decode(message, data)
  if (said === undefined) return { reason: 'the payload is no message' }
  const author = 'agent' in chat ? ({ role: 'agent', id: chat.agent } as const) : ({ role: 'visitor', id: visitor } as const)
  return { site, visitor, seq, at, id: said.id, author, internal: type === 'note', kind: 'text', body: said.body }
}
