import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId, permissions } from '@usher-chat/sdk/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureKeys, openHome } from '../embedded/home.ts'
import { isSignedBy, readJwt } from './jwt.ts'
import { generateKeys, loadKeys, renewKeys } from './keys.ts'
import { keyPairFromSeed } from './nkeys.ts'
import { roleTemplate, serverAllowed } from './permissions.ts'

let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'usher-keys-'))
})

afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('keys are made once, for their owner only', () => {
  const home = openHome(dir)
  const now = Date.UTC(2030, 0, 1)
  const first = ensureKeys(home, now)
  const second = ensureKeys(home, now)
  expect(second.operator).toEqual(first.operator)
  expect([second.keys.account, second.keys.server, second.keys.tokenSecret]).toEqual([
    first.keys.account,
    first.keys.server,
    first.keys.tokenSecret,
  ])
  expect([home.keys, home.operator].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600])
})

test('what keys grant is issued anew at each start, for the same keys', () => {
  const old = generateKeys(Date.UTC(2030, 0, 1))
  const renewed = renewKeys(old, Date.UTC(2031, 0, 1))
  expect(renewed.keys).toEqual({ ...old.keys, server: { jwt: expect.any(String), seed: old.keys.server.seed } })
  expect(renewed.operator.account.publicKey).toBe(old.operator.account.publicKey)
  expect(readJwt(renewed.keys.server.jwt)?.claims).toMatchObject({
    iat: Date.UTC(2031, 0, 1) / 1000,
    nats: { pub: { allow: serverAllowed.publish } },
  })
})

test('a damaged keys file is named', () => {
  const path = join(dir, 'keys.json')
  expect(() => loadKeys(path)).toThrow(`unable to read the keys in ${path}`)
  writeFileSync(path, '{"version":1}')
  expect(() => loadKeys(path)).toThrow(`unable to read the keys in ${path}`)
})

test("[P6] the servers' file holds nothing that could change NATS's accounts", () => {
  const { keys, operator } = generateKeys(Date.now())
  const text = JSON.stringify(keys)
  for (const secret of [operator.operatorSeed, operator.accountSeed, operator.systemSeed, operator.provisioner.seed])
    expect(text).not.toContain(secret)
})

test('the account says every limit outright, and is signed by the operator', () => {
  const { operator } = generateKeys(Date.now())
  const read = readJwt(operator.account.jwt) ?? { claims: undefined, signed: '', signature: new Uint8Array() }
  expect(isSignedBy(keyPairFromSeed(operator.operatorSeed).verifyKey, read.signed, read.signature)).toBe(true)
  const { limits } = (read.claims as { nats: { limits: Record<string, number | boolean> } }).nats
  expect(Object.entries(limits).filter(([, limit]) => limit === 0)).toEqual([['leaf', 0]])
})

test("[P6] the broker's templates are the protocol's table, word for word", () => {
  const [id, site] = [newId(), newId()]
  for (const role of ['visitor', 'agent'] as const) {
    const filled = (subject: string): string => subject.replace('{{name()}}', id).replace('{{tag(site)}}', site)
    const wanted = (subject: string): string => subject.replace('{id}', id).replace('{site}', site)
    expect(roleTemplate(role).publish.map(filled)).toEqual(permissions[role].publish.map(wanted))
    expect(roleTemplate(role).subscribe.map(filled)).toEqual(permissions[role].subscribe.map(wanted))
  }
})

test('[P6] the server may not create, change, purge or delete anything at the broker', () => {
  for (const verb of ['CREATE', 'UPDATE', 'PURGE', 'DELETE', 'RESTORE', 'MSG.DELETE', 'LEADER', 'PAUSE']) {
    expect(serverAllowed.publish.filter((subject) => subject.includes(`.${verb}`))).toEqual([])
  }
  expect(serverAllowed.publish).not.toContain('>')
  expect(serverAllowed.publish).not.toContain('$JS.>')
})
