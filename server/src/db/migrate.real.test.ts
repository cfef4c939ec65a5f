import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startPostgres } from '../../test/start-stack.ts'
import { silentLog } from '../log.ts'
import { connectDb, type Db } from './connect-db.ts'
import { migrate } from './migrate.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** An empty database, and a copy of the project's migrations to add to. */
async function setUp() {
  const postgres = await startPostgres()
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  await db.query('drop schema public cascade')
  await db.query('create schema public')
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'))
  folders.push(folder)
  cpSync(resolve(import.meta.dirname, '../../../migrations'), folder, { recursive: true })
  return {
    db,
    add: (name: string, text: string) => writeFileSync(join(folder, name), text),
    migrate: () => migrate({ url: postgres.databaseUrl, folder, log: silentLog, clock: () => new Date('2026-12-15T00:00:00Z') }),
    async [Symbol.asyncDispose]() {
      await db.close()
      await postgres.stop()
    },
  }
}

const columns = (db: Db) =>
  db.query<{ name: string }>(`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`)

test('an empty database is brought up to date, partitions included; a second run does nothing', async () => {
  await using stack = await setUp()
  expect(await stack.migrate()).toContain('0001_core.sql')
  expect((await columns(stack.db)).map((row) => row.name)).toEqual(
    expect.arrayContaining(['visitors', 'messages_2026_11', 'messages_2026_12', 'messages_2027_01', 'messages_2027_03']),
  )
  expect(await stack.migrate()).toEqual([])
})

test('servers that start at once migrate once, also past an index built concurrently', async () => {
  await using stack = await setUp()
  stack.add('9001_index.sql', '-- no-transaction\ncreate index concurrently sites_by_name on sites (name);\n')
  const runs = await Promise.all([stack.migrate(), stack.migrate(), stack.migrate(), stack.migrate()])
  expect(runs.filter((applied) => applied.length > 0)).toHaveLength(1)
  expect(runs.flat()).toContain('9001_index.sql')
})

test('a file that fails leaves no trace, and says which one it was', async () => {
  await using stack = await setUp()
  await stack.migrate()
  stack.add('9001_broken.sql', 'create table half_done (id int); select 1 / 0;')
  await expect(stack.migrate()).rejects.toThrow(/unable to apply migration 9001_broken.sql; division by zero/)
  expect((await columns(stack.db)).map((row) => row.name)).not.toContain('half_done')
  stack.add('9001_broken.sql', 'create table whole (id int);')
  expect(await stack.migrate()).toEqual(['9001_broken.sql'])
})

test('a file changed after it was applied stops the start', async () => {
  await using stack = await setUp()
  stack.add('9001_one.sql', 'create table one (id int);')
  await stack.migrate()
  stack.add('9001_one.sql', 'create table one (id bigint);')
  await expect(stack.migrate()).rejects.toThrow(/9001_one.sql was changed after it was applied/)
})
