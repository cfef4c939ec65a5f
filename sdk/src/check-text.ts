import { encode } from './protocol/codec.ts'
import { UsherError } from './protocol/errors.ts'
import { maxPayloadBytes, maxTextLength } from './protocol/messages.ts'

// Postgres stores neither NUL nor half a surrogate pair; a pasted text may hold either, and nobody can see them. [R6]
const unstorable = /\p{Surrogate}|\0/gu

/** Room for everything of a payload but the text, bytes. */
const envelopeBytes = 128

/** The text as it will be sent. Throws `invalid_argument` when it is empty, `message_too_long` with a sentence that says by how much. */
export function checkText(text: string): string {
  if (text.trim() === '') throw new UsherError('invalid_argument', 'unable to send; the message is empty')
  if (text.length > maxTextLength) {
    throw new UsherError('message_too_long', `unable to send; the message is ${text.length - maxTextLength} characters too long`)
  }
  const clean = text.replace(unstorable, '\ufffd')
  const bytes = encode(clean).length + envelopeBytes - maxPayloadBytes
  if (bytes > 0) throw new UsherError('message_too_long', `unable to send; the message is ${bytes} bytes too long`)
  return clean
}
