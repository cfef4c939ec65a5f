import { describe, expect, test } from 'vitest'
import { addressKey, callerAddress, isLoopback } from './caller-address.ts'

const seen = (socket: string | undefined, forwarded: string | undefined, trustProxy: boolean) => ({
  address: callerAddress({ socket, forwarded }, trustProxy),
  loopback: isLoopback({ socket, forwarded }, trustProxy),
})

describe('the address of a caller', () => {
  test('is that of the socket', () => {
    expect(seen('10.0.0.1', undefined, false)).toEqual({ address: '10.0.0.1', loopback: false })
    expect(seen('::ffff:127.0.0.1', undefined, false)).toEqual({ address: '127.0.0.1', loopback: true })
    expect(seen('::1', undefined, false)).toEqual({ address: '::1', loopback: true })
    expect(seen(undefined, undefined, false)).toEqual({ address: 'local', loopback: true })
  })

  test('[S34] ignores X-Forwarded-For unless the proxy is trusted', () => {
    expect(seen('10.0.0.1', '127.0.0.1', false)).toEqual({ address: '10.0.0.1', loopback: false })
  })

  test('[S34] behind a trusted proxy is what the proxy wrote, not what the caller claimed before it', () => {
    expect(seen('127.0.0.1', '127.0.0.1, 203.0.113.9', true)).toEqual({ address: '203.0.113.9', loopback: false })
    expect(seen('127.0.0.1', '', true)).toEqual({ address: '127.0.0.1', loopback: true })
  })

  test('is not this machine when something on this machine forwards', () => {
    expect(seen('127.0.0.1', '203.0.113.9', false)).toMatchObject({ loopback: false })
  })
})

describe('[S34] who shares a rate', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key)
  })
})
