import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startPostgres } from '../../test/start-stack.ts'
import { connectDb } from '../db/connect-db.ts'
import { silentLog } from '../log.ts'
import { jsonArray, plainArray } from './array-literal.ts'

test('[P3] what is written as an array comes back as it was, whatever the text', async () => {
  await using postgres = await startPostgres()
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0') && !/\p{Surrogate}/u.test(value))
  const awkward = ['', ' ', 'NULL', '{}', '"', '\\', '\\"', "'", ',', '{a,b}', '\n\r\t\u0001\u007f\u2028', '😀', '\\u0041', '$1']
  const body = fc.record({ text: fc.oneof(text, fc.constantFrom(...awkward)) })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(body), { maxLength: 20 }), async (bodies) => {
      const rows = await db.query<{ body: unknown }>('select body from unnest($1::jsonb[]) as body', [jsonArray(bodies)])
      expect(rows.map((row) => row.body)).toEqual(bodies)
    }),
    { numRuns: 100 },
  )
  await db.close()
})

test('plain values come back as they were', async () => {
  await using postgres = await startPostgres()
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  const at = new Date('2026-05-01T10:00:00.123Z')
  const rows = await db.query('select * from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::boolean[]) as t (id, seq, at, flag)', [
    plainArray(['abc', null]),
    plainArray([2 ** 53 - 1, 0]),
    plainArray([at.toISOString(), null]),
    plainArray([true, false]),
  ])
  expect(rows).toEqual([
    { id: 'abc', seq: 2 ** 53 - 1, at, flag: true },
    { id: null, seq: 0, at: null, flag: false },
  ])
  await db.close()
})
