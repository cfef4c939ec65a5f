import { hash } from '@node-rs/argon2'
import { describe, expect, test } from 'vitest'
import { createPasswords } from './passwords.ts'

describe('passwords', () => {
  test('are stored as argon2id with 19 MiB, 2 passes and 1 lane', async () => {
    expect(await createPasswords().hash('open sesame')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  test('open the door they were made for, and no other', async () => {
    const passwords = createPasswords()
    const stored = await passwords.hash('open sesame')
    expect(await passwords.verify('open sesame', stored)).toEqual({ ok: true })
    expect(await passwords.verify('open sesam', stored)).toEqual({ ok: false })
  })

  test('made with older parameters are hashed anew', async () => {
    const passwords = createPasswords()
    const old = await hash('open sesame', { memoryCost: 8_192, timeCost: 1, parallelism: 1 })
    const { ok, rehash } = await passwords.verify('open sesame', old)
    expect(ok).toBe(true)
    expect(await passwords.verify('open sesame', rehash)).toEqual({ ok: true })
  })

  test('[S37] an unknown login costs a hash as well, and never succeeds', async () => {
    const passwords = createPasswords()
    const known = await passwords.hash('open sesame')
    await passwords.verify('warm up', undefined)
    const time = async (stored: string | undefined) => {
      const start = performance.now()
      expect(await passwords.verify('wrong', stored)).toEqual({ ok: false })
      return performance.now() - start
    }
    const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
    for (let round = 0; round < 7; round++) {
      times.known.push(await time(known))
      times.unknown.push(await time(undefined))
    }
    const median = (values: number[]) => values.sort((a, b) => a - b)[3] ?? 0
    const ratio = median(times.unknown) / median(times.known)
    expect(ratio).toBeGreaterThan(0.5)
    expect(ratio).toBeLessThan(2)
  })

  test('[P9] beyond those that may wait, a login is refused at once', async () => {
    const passwords = createPasswords({ maxAtOnce: 1, maxWaiting: 1 })
    const tries = await Promise.allSettled(['a', 'b', 'c', 'd'].map((password) => passwords.hash(password)))
    expect(tries.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected'])
    expect(tries[2]).toMatchObject({ reason: { code: 'rate_limited', retryable: true } })
    expect(await passwords.hash('later')).toMatch(/^\$argon2id/)
  })
})
