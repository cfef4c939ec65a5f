import * as v from 'valibot'

/** Ids of sites, visitors, agents, teams and conversations wherever they stand in a subject or a URL. [R1] */
export const idPattern = /^[a-z0-9]{16,32}$/

/** Message ids: UUIDv7, made by the author's client, known before the server answers. [R2] */
export const messageIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

export type SiteId = string
export type VisitorId = string
export type AgentId = string
export type TeamId = string
export type ConversationId = string
export type MessageId = string

export const id = v.pipe(v.string(), v.regex(idPattern))
export const messageId = v.pipe(v.string(), v.regex(messageIdPattern))

export const isId = (text: unknown): text is string => typeof text === 'string' && idPattern.test(text)
export const isMessageId = (text: unknown): text is MessageId => typeof text === 'string' && messageIdPattern.test(text)

/** Drawn ahead: one call for small arrays costs as much as one for a page of bytes, and took a tenth of a busy client's time. */
let pool = new Uint8Array(0)
let drawn = 0

function randomBytes(count: number): Uint8Array {
  if (drawn + count > pool.length) {
    pool = crypto.getRandomValues(new Uint8Array(2_048))
    drawn = 0
  }
  drawn += count
  return pool.slice(drawn - count, drawn)
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** A fresh random id: 20 letters of base32, 100 bits. */
export function newId(): string {
  const bytes = randomBytes(20)
  return Array.from(bytes, (byte) => alphabet.charAt(byte & 31)).join('')
}

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** A fresh UUIDv7 (RFC 9562, section 5.7): 48 bits of `now` in ms, then 74 random bits. */
export function newMessageId(now: number = Date.now()): MessageId {
  const bytes = randomBytes(16)
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (40 - 8 * i)) & 255
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  let hex = ''
  for (const byte of bytes) hex += hexOf[byte]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
