import { afterEach, expect, test } from 'vitest'
import { decode, encode } from './codec.ts'
import { newMessageId } from './ids.ts'
import { message, saved } from './messages.ts'

const prototype = Object.prototype as { stranger?: unknown }

afterEach(() => {
  delete prototype.stranger
})

test('a page that gives every object a field of its own changes nothing of what is read', () => {
  const said = { v: 1, id: newMessageId(), kind: 'text', body: { text: 'hello' } } as const
  prototype.stranger = () => 'an old library'
  expect(decode(message, encode(said))).toEqual(said)
  expect(decode(saved, encode({ v: 1, seqs: [1, 2] }))).toEqual({ v: 1, seqs: [1, 2] })
})
