import * as v from 'valibot'
import { decode } from './protocol/codec.ts'
import { messageId } from './protocol/ids.ts'
import { message, saved } from './protocol/messages.ts'
import { object } from './protocol/object.ts'
import type { Author } from './protocol/rest.ts'
import { toSeq } from './protocol/seq.ts'
import { type ChatSubject, readChatSubject, readPulseSubject, readSavedSubject } from './protocol/subjects.ts'
import type { StoredItem } from './timeline.ts'
import type { TransportMessage } from './transport.ts'
import type { TimelineEvent } from './types.ts'

/** Who looks: decides which messages are `mine`. */
export interface Self {
  role: 'visitor' | 'agent'
  id: string
}

export interface Place {
  site: string
  visitor: string
}

export interface IncomingChat extends Place {
  type: 'chat'
  seq: number
  /** The seq before it on the same subject; 0 when it is the first. */
  previous: number
  /** Absent when the payload is of no known shape. */
  item?: StoredItem
}

export interface IncomingSaved extends Place {
  type: 'saved'
  seqs: number[]
}

/** What a thread makes of pulses; other types it passes over. */
export interface ThreadPulse {
  type: string
  text?: string | undefined
  seq?: number | undefined
}

export interface IncomingPulse<Pulse = ThreadPulse> extends Place {
  type: 'pulse'
  by: { role: 'visitor' | 'agent'; id: string }
  pulse: Pulse
}

export type Incoming<Pulse = ThreadPulse> = IncomingChat | IncomingSaved | IncomingPulse<Pulse>

/** What this client can read; the visitor's bundle carries no schemas of what visitors never get. */
export interface Reading<Pulse> {
  self: Self
  event(payload: Uint8Array): TimelineEvent['event'] | undefined
  pulse(payload: Uint8Array, by: 'visitor' | 'agent'): Pulse | undefined
}

/** A message of a kind that later versions bring. */
const unknownMessage = object({ id: messageId, kind: v.string() })

/** Reads what a subscription brought; undefined for what is of no known shape. `epoch` is the connection's, `now` in epoch ms. */
export function readIncoming<Pulse>(
  received: TransportMessage,
  epoch: number,
  reading: Reading<Pulse>,
  now: number,
): Incoming<Pulse> | undefined {
  const { subject, data } = received
  const chat = subject.startsWith('live.') && readChatSubject(subject)
  if (chat) return readChat(received, chat, epoch, reading, now)
  const pulsed = readPulseSubject(subject)
  if (pulsed) {
    const pulse = reading.pulse(data, pulsed.type)
    if (pulse === undefined) return undefined
    const by = { role: pulsed.type, id: pulsed.type === 'agent' ? pulsed.agent : pulsed.visitor }
    return { type: 'pulse', site: pulsed.site, visitor: pulsed.visitor, by, pulse }
  }
  const place = readSavedSubject(subject)
  const notice = place && decode(saved, data)
  return notice && { type: 'saved', site: place.site, visitor: place.visitor, seqs: notice.seqs }
}

function readChat<Pulse>(
  received: TransportMessage,
  place: ChatSubject,
  epoch: number,
  reading: Reading<Pulse>,
  now: number,
): IncomingChat | undefined {
  const seq = Number(received.header('Nats-Sequence'))
  const previous = Number(received.header('Nats-Last-Sequence') ?? 0)
  if (!Number.isSafeInteger(seq) || seq <= 0 || !Number.isSafeInteger(previous)) return undefined
  const item = readItem(received.data, place, { seq: toSeq(epoch, seq), at: timeOf(received, now) }, reading)
  return {
    type: 'chat',
    site: place.site,
    visitor: place.visitor,
    seq: toSeq(epoch, seq),
    previous: previous > 0 ? toSeq(epoch, previous) : 0,
    ...(item && { item }),
  }
}

function readItem<Pulse>(
  data: Uint8Array,
  place: ChatSubject,
  at: { seq: number; at: Date },
  { self, event }: Reading<Pulse>,
): StoredItem | undefined {
  if (place.type === 'event' || place.type === 'internal') {
    const fact = event(data)
    return fact && { type: 'event', id: fact.id, ...at, event: fact, internal: place.type === 'internal' }
  }
  const known = decode(message, data)
  const read = known ?? decode(unknownMessage, data)
  if (!read) return undefined
  const author: Author = 'agent' in place ? { role: 'agent', id: place.agent } : { role: 'visitor', id: place.visitor }
  return {
    type: 'message',
    id: read.id,
    ...at,
    author,
    mine: author.role === self.role && author.id === self.id,
    note: place.type === 'note',
    kind: known ? 'text' : 'unknown',
    text: known?.body.text ?? '',
  }
}

function timeOf(received: TransportMessage, now: number): Date {
  const at = new Date(received.header('Nats-Time-Stamp') ?? now)
  return Number.isNaN(at.getTime()) ? new Date(now) : at
}

/** One word for a thread. */
export const placeKey = ({ site, visitor }: Place): string => `${site}.${visitor}`
