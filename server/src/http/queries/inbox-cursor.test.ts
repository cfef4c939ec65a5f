import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCursor, writeCursor } from './inbox-cursor.ts'

test('a cursor survives the address bar, with every digit of its key', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.stringMatching(/^[a-z0-9]{16,32}$/), (key, id) => {
      expect(readCursor(decodeURIComponent(writeCursor({ key: key + 0, id })))).toEqual({ key: key + 0, id })
    }),
  )
})

test.each(['', 'x', 'bnVsbA', Buffer.from('["a","b"]').toString('base64url'), Buffer.from('[1]').toString('base64url')])(
  'a cursor that is not one of ours is refused: %j',
  (text) => {
    expect(() => readCursor(text)).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
  },
)
