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

  test.each([
    'https://аррӏе.example/login',
    'https://shop。example/',
    'https://%65vil.example/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://2130706433/127.0.0.1',
  ])('an address whose host is not the one it is written with stays text: %s', (text) => expect(links(text)).toEqual([]))

  test.each(['https://Shop.Example/A', 'http://shop.example:8080/x', 'http://[::1]:8080/', 'https://xn--mnchen-3ya.example/'])(
    'an address as it is written is a link: %s',
    (text) => expect(links(text)).toHaveLength(1),
  )

  test.each([
    ['closing brackets', `https://a${')'.repeat(400_000)}`, 1],
    ['brackets and dots', `https://a${').'.repeat(200_000)}`, 1],
    ['dots before a letter', `https://a/${`${'.'.repeat(200_000)}x`.repeat(2)}`, 1],
    ['one long word', 'a'.repeat(400_000), 0],
    ['a long name and a long host', `${'a'.repeat(200_000)}@${'a'.repeat(200_000)}`, 0],
  ])('[S3] a hundred times the longest text of %s is read in time that grows with its length', (_, text, count) => {
    const since = performance.now()
    expect(links(text)).toHaveLength(count)
    // Its square would take minutes.
    expect(performance.now() - since).toBeLessThan(5_000)
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
