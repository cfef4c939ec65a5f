import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tokenizeText } from './tokenize-text.ts'

const links = (text: string) => tokenizeText(text).flatMap((token) => (token.type === 'link' ? [token.href] : []))

describe('links in messages', () => {
  test('web and mail addresses become links', () => {
    expect(links('see https://a.example/b?c=d#e and www.shop.example or mail hi@shop.example')).toEqual([
      'https://a.example/b?c=d#e',
      'https://www.shop.example/',
      'mailto:hi@shop.example',
    ])
  })

  test('the full stop, the comma and the bracket around a link are not part of it', () => {
    expect(links('(see https://a.example/b). Or https://a.example/c, or https://a.example/d_(e)!')).toEqual([
      'https://a.example/b',
      'https://a.example/c',
      'https://a.example/d_(e)',
    ])
  })

  test.each(['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'JAVASCRIPT://a.example/%0aalert(1)', 'file:///etc/passwd'])(
    '%s stays text',
    (text) => {
      expect(links(text).filter((href) => !/^(https?|mailto):/.test(href))).toEqual([])
    },
  )

  test('an address that hides its host behind a name stays text', () => {
    expect(links('https://bank.example@evil.example/').filter((href) => href.startsWith('http'))).toEqual([])
  })

  test('nothing is lost or changed: the pieces joined are the text, and every link is http, https or mailto', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('https://a.example/', 'www.b.example', 'x@y.example', ' ', '(', ')', '.', 'javascript:', '\n'),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('')
        const tokens = tokenizeText(text)
        expect(tokens.map((token) => token.text).join('')).toBe(text)
        for (const token of tokens) if (token.type === 'link') expect(token.href).toMatch(/^(?:https?|mailto):/)
      }),
    )
  })
})
