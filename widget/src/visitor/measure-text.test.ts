import { encode, maxPayloadBytes, maxTextLength, message, newMessageId } from '@usher-chat/sdk/protocol'
import fc from 'fast-check'
import { safeParse } from 'valibot'
import { expect, test } from 'vitest'
import { cleanText, measureText } from './measure-text.ts'

test('the limit in characters is counted down', () => {
  expect(measureText('x'.repeat(maxTextLength))).toEqual({ blank: false, left: 0, tooLong: false })
  expect(measureText('x'.repeat(maxTextLength + 3))).toEqual({ blank: false, left: -3, tooLong: true })
})

test('letters that weigh more than one byte meet the limit in bytes first', () => {
  expect(measureText('界'.repeat(2_600)).tooLong).toBe(false)
  expect(measureText('界'.repeat(2_800)).tooLong).toBe(true)
})

test('white space alone is nothing to send', () => {
  expect(measureText(' \n\t ').blank).toBe(true)
})

test('whatever passes, once cleaned, is a valid message that fits the wire', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 12 }), fc.nat(1_500), (typed, times) => {
      const text = cleanText(typed.repeat(times))
      if (measureText(text).tooLong || text === '') return
      const payload = { v: 1, id: newMessageId(), kind: 'text', body: { text } }
      expect(safeParse(message, payload).success).toBe(true)
      expect(encode(payload).length).toBeLessThanOrEqual(maxPayloadBytes)
    }),
  )
})

test('half an emoji and NUL are taken out, the rest stays', () => {
  expect(cleanText(' a\0b\ud83d c😀 ')).toBe('ab c😀')
})
