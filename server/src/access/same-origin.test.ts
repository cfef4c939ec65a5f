import { describe, expect, test } from 'vitest'
import { isSameOrigin, ownOriginsOf, type RequestSource } from './same-origin.ts'

const own = ['https://chat.example']
const source = (given: Partial<RequestSource>): RequestSource => ({
  method: 'POST',
  secFetchSite: undefined,
  origin: undefined,
  contentType: undefined,
  ...given,
})

describe('[S25] a write that rides on a cookie', () => {
  const json = 'application/json'
  test.each<[string, Partial<RequestSource>]>([
    ['from our own page', { secFetchSite: 'same-origin', origin: 'https://chat.example', contentType: json }],
    ['from our own page in an older browser', { origin: 'https://chat.example', contentType: json }],
    ['from a program that sends JSON', { contentType: json }],
    ['from a program that names the charset', { contentType: 'application/json; charset=utf-8' }],
  ])('is taken %s', (_, given) => {
    expect(isSameOrigin(source(given), own)).toBe(true)
  })

  test.each<[string, Partial<RequestSource>]>([
    ['from another site', { secFetchSite: 'cross-site', origin: 'https://evil.example', contentType: json }],
    ['from a sibling host', { secFetchSite: 'same-site', origin: 'https://blog.chat.example', contentType: json }],
    ['from a sibling host in an older browser', { origin: 'https://blog.chat.example', contentType: json }],
    ['from the same host over http', { origin: 'http://chat.example', contentType: json }],
    ['from a prefix of our name', { origin: 'https://chat.example.evil.example', contentType: json }],
    ['from a sandboxed frame', { origin: 'null', contentType: json }],
    ['when the browser says the user typed the address', { secFetchSite: 'none', contentType: json }],
    ['when Sec-Fetch-Site and Origin disagree', { secFetchSite: 'cross-site', origin: 'https://chat.example' }],
    ['from a form of unknown origin', { contentType: 'application/x-www-form-urlencoded' }],
    ['as text/plain of unknown origin', { contentType: 'text/plain' }],
    ['as text/plain that mentions JSON', { contentType: 'text/plain; application/json' }],
    ['as a type that only begins like JSON', { contentType: 'application/jsonp' }],
    ['without any word of where it comes from', {}],
  ])('is refused %s', (_, given) => {
    expect(isSameOrigin(source(given), own)).toBe(false)
  })

  test('does not concern reads', () => {
    expect(isSameOrigin(source({ method: 'GET', secFetchSite: 'cross-site' }), own)).toBe(true)
  })
})

describe('our own origins', () => {
  test('are the configured one', () => {
    expect(ownOriginsOf('https://chat.example')).toEqual(['https://chat.example'])
    expect(ownOriginsOf('https://chat.example:8443/')).toEqual(['https://chat.example:8443'])
  })

  test('on loopback are both of its names', () => {
    expect(ownOriginsOf('http://127.0.0.1:8080')).toEqual(['http://127.0.0.1:8080', 'http://localhost:8080'])
    expect(ownOriginsOf('http://localhost')).toEqual(['http://127.0.0.1', 'http://localhost'])
  })
})
