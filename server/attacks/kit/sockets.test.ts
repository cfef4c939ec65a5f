import { expect, test } from 'vitest'
import { parseSocketTable } from './sockets.ts'

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const line = (local: string, state: string) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 4242 1 0\n`
const addresses = (text: string) =>
  parseSocketTable(head + text).map(({ address, port, loopback, inode }) => [address, port, loopback, inode])

test('[S41] loopback and every other address are told apart', () => {
  expect(addresses(line('0100007F:1F90', '0A'))).toEqual([['127.0.0.1', 8080, true, '4242']])
  expect(addresses(line('00000000:1F90', '0A'))).toEqual([['0.0.0.0', 8080, false, '4242']])
  expect(addresses(line('0500000A:1F90', '0A'))).toEqual([['10.0.0.5', 8080, false, '4242']])
  expect(addresses(line('00000000000000000000000001000000:1F90', '0A'))).toEqual([
    ['[0000:0000:0000:0000:0000:0000:0000:0001]', 8080, true, '4242'],
  ])
  expect(addresses(line('00000000000000000000000000000000:1F90', '0A'))[0]?.[2]).toBe(false)
  expect(addresses(line('0000000000000000FFFF00000100007F:1F90', '0A'))[0]?.[2]).toBe(true)
})

test('a socket that is connected, not waiting, is left out', () => expect(addresses(line('00000000:1F90', '01'))).toEqual([]))
