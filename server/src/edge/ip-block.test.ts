import { expect, test } from 'vitest'
import { ipBlock } from './ip-block.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('[P9] %s counts as %s', (ip, block) => expect(ipBlock(ip)).toBe(block))

test('[P9] changing the second half of an IPv6 address changes nothing', () => {
  expect(ipBlock('2001:db8:1:2:aaaa::1')).toBe(ipBlock('2001:db8:1:2:bbbb:cccc:dddd:eeee'))
})
