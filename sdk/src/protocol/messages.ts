import * as v from 'valibot'
import { messageId } from './ids.ts'
import { object } from './object.ts'

/** Longest text of a message, UTF-16 units: about a page and a half. The payload as a whole is bounded in bytes. [R6] */
export const maxTextLength = 4_000

/** Largest payload of any subject a client may publish to, bytes. [R5] */
export const maxPayloadBytes = 8_192

// Postgres stores neither NUL nor half a surrogate pair, so neither may enter the stream. [R6]
const unstorable = /\p{Surrogate}|\0/u

const text = v.pipe(
  v.string(),
  v.check((value) => value.trim().length > 0, 'text is empty'),
  v.maxLength(maxTextLength),
  v.check((value) => !unstorable.test(value), 'text is not well-formed Unicode'),
)

/** A message or a note: one contribution to a thread. Who wrote it stands in the subject, never here. [R7] */
export const message = object({
  v: v.literal(1),
  id: messageId,
  kind: v.literal('text'),
  body: object({ text }),
})
export type Message = v.InferOutput<typeof message>

/** A pulse of a visitor: what they type, how far they read, where they are. Never stored. [R9] */
export const visitorPulse = v.variant('type', [
  object({ v: v.literal(1), type: v.literal('typing'), text: v.optional(v.pipe(v.string(), v.maxLength(maxTextLength))) }),
  object({ v: v.literal(1), type: v.literal('read'), seq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
  object({
    v: v.literal(1),
    type: v.literal('here'),
    page: object({ url: v.pipe(v.string(), v.maxLength(2_000)), title: v.pipe(v.string(), v.maxLength(300)) }),
  }),
])
export type VisitorPulse = v.InferOutput<typeof visitorPulse>

/** A pulse of an agent: typing (never the draft) and reading. [R9] */
export const agentPulse = v.variant('type', [
  object({ v: v.literal(1), type: v.literal('typing') }),
  object({ v: v.literal(1), type: v.literal('read'), seq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
])
export type AgentPulse = v.InferOutput<typeof agentPulse>

export const presenceState = v.picklist(['online', 'away', 'offline'])
export type Presence = v.InferOutput<typeof presenceState>

/** The heartbeat of an agent, every 10 s. [R10] */
export const heartbeat = object({ v: v.literal(1), presence: presenceState })
export type Heartbeat = v.InferOutput<typeof heartbeat>

/** The seqs history has just committed, of one thread. [R11] */
export const saved = object({ v: v.literal(1), seqs: v.array(v.pipe(v.number(), v.safeInteger())) })
export type Saved = v.InferOutput<typeof saved>
