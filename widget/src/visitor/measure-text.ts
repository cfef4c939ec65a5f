import { encode, maxPayloadBytes, maxTextLength } from '@usher-chat/sdk/protocol'

export interface Measure {
  /** Something to send. */
  blank: boolean
  /** Characters that still fit; negative: that many too many. Near the limit in bytes this is an estimate. */
  left: number
  tooLong: boolean
}

// What a message weighs besides its text: version, id and kind.
const envelopeBytes = 128

/** How a text stands against both limits of a message: characters, and bytes on the wire. */
export function measureText(text: string): Measure {
  const bytes = encode(text).length
  const bytesLeft = maxPayloadBytes - envelopeBytes - bytes
  const perCharacter = text.length === 0 ? 1 : bytes / text.length
  const left = Math.min(maxTextLength - text.length, Math.floor(bytesLeft / perCharacter))
  return { blank: text.trim() === '', left, tooLong: left < 0 }
}

/** Takes out what no message may hold: NUL, and halves of surrogate pairs that a cut emoji leaves behind. */
export const cleanText = (text: string): string => text.replace(/\p{Surrogate}|\0/gu, '').trim()
