import type { IncomingMessage } from 'node:http'

/** Where a request came from: the address at the other end of the socket, and `X-Forwarded-For` as it came. */
export interface AddressSource {
  socket: string | undefined
  forwarded: string | undefined
}

/**
 * The IP address of the caller. Behind a trusted proxy it is the last entry of `X-Forwarded-For`: the only one the proxy itself wrote.
 * Without an address (a call in memory) it is `local`.
 */
export function callerAddress({ socket = 'local', forwarded }: AddressSource, trustProxy: boolean): string {
  const address = (trustProxy ? forwarded?.split(',').at(-1)?.trim() : undefined) || socket
  // `::ffff:10.0.0.1` is an IPv4 address in IPv6's clothes.
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address
}

/** Is the caller on this machine? A forwarded request is not, whoever forwards it. */
export function isLoopback(source: AddressSource, trustProxy: boolean): boolean {
  if (!trustProxy && source.forwarded !== undefined) return false
  const address = callerAddress(source, trustProxy)
  return address === 'local' || address === '::1' || address.startsWith('127.')
}

/** Who shares a rate: an IPv4 address, or the /64 network that one IPv6 subscriber owns. */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === '' ? [] : tail.split(':')
  const gap = address.includes('::') ? Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0') : []
  return `${[...front, ...gap, ...back].slice(0, 4).join(':')}::/64`
}

/** The source of a request that has not been read by Hono, such as an upgrade. */
export function addressSource({ socket, headers }: IncomingMessage): AddressSource {
  const forwarded = headers['x-forwarded-for']
  return { socket: socket.remoteAddress, forwarded: Array.isArray(forwarded) ? forwarded.join(',') : forwarded }
}
