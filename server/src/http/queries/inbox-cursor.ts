import { UsherError } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'

/** The last row of a page: what it was sorted by (a seq, or ms since 1970), and its id. */
export type InboxCursor = Readonly<{ key: number; id: string }>

const shape = v.tuple([v.pipe(v.number(), v.finite()), v.pipe(v.string(), v.maxLength(32))])

/** An opaque text for the address of the next page. */
export const writeCursor = ({ key, id }: InboxCursor): string => Buffer.from(JSON.stringify([key, id])).toString('base64url')

/** Throws `invalid_argument` for a text we did not write. */
export function readCursor(text: string): InboxCursor {
  try {
    const [key, id] = v.parse(shape, JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { key, id }
  } catch (cause) {
    throw new UsherError('invalid_argument', 'unable to list; the cursor is not one of ours', { cause })
  }
}
