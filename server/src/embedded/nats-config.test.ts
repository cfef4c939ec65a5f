import { expect, test } from 'vitest'
import { generateKeys } from '../access/keys.ts'
import { atLeast } from './at-least.ts'
import { natsAccounts, natsConfig } from './nats-config.ts'

const facts = { port: 4333, storeDir: '/home/a b/"store"', accountsFile: 'accounts.conf', sync: '1s', maxStoreBytes: 1_000 } as const

test('a version that knows sync_interval gets it, one that does not start with it does not', () => {
  expect(natsConfig({ ...facts, version: '2.15.1' })).toContain('sync_interval: 1s')
  expect(natsConfig({ ...facts, version: '2.10.27', sync: 'always' })).toContain('sync_interval: always')
  expect(natsConfig({ ...facts, version: '2.9.10' })).not.toContain('sync_interval')
})

test('[P6] it listens on loopback only, and has no WebSocket and no monitoring port', () => {
  const text = natsConfig({ ...facts, version: '2.15.1' })
  expect(text).toContain('listen: "127.0.0.1:4333"')
  expect(text).not.toMatch(/websocket|http|mqtt|leafnodes|no_auth_user/)
})

test('a path may hold spaces and quotes', () => {
  expect(natsConfig({ ...facts, version: '2.15.1' })).toContain('store_dir: "/home/a b/\\"store\\""')
})

test('the accounts are built in', () => {
  const { operator } = generateKeys(0)
  const text = natsAccounts(operator)
  expect(text).toContain(`${operator.account.publicKey}: ${operator.account.jwt}`)
  expect(text).toContain(`system_account: ${operator.system.publicKey}`)
  expect(text).not.toContain(operator.accountSeed)
})

test.each([
  ['2.10.27', '2.10.27', true],
  ['2.10.9', '2.10.27', false],
  ['2.11.0-RC.1', '2.10.27', true],
  ['v2.15.1', '2.10.27', true],
  ['2.9.10', '2.10.0', false],
  ['3.0.0', '2.10.27', true],
  ['0', '2.10.27', false],
  ['2.15.1-1', '2.15.1', true],
])('is %s at least %s? %s', (a, b, answer) => {
  expect(atLeast(a, b)).toBe(answer)
})
