import { getTableColumns, getTableName, is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { expect, test } from 'vitest'
import { startPostgres } from '../../test/start-stack.ts'
import { silentLog } from '../log.ts'
import { connectDb } from './connect-db.ts'
import * as schema from './schema.ts'

interface Column {
  name: string
  type: string
  required: boolean
}

const shown: Record<string, string> = { 'timestamp with time zone': 'timestamptz', 'text[]': 'ARRAY' }
const typeOf = (sqlType: string) => shown[sqlType] ?? sqlType

test('the tables drizzle knows are the tables that migrations make, column by column', async () => {
  await using postgres = await startPostgres()
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog })
  for (const table of Object.values(schema).filter((value) => is(value, PgTable))) {
    const name = getTableName(table)
    const real = await db.query<Column>(
      `select column_name as name, data_type as type, is_nullable = 'NO' as required from information_schema.columns where table_name = $1`,
      [name],
    )
    const known = Object.values(getTableColumns(table)).map((column) => ({
      name: column.name,
      type: typeOf(column.getSQLType()),
      required: column.notNull,
    }))
    const byName = (a: Column, b: Column) => a.name.localeCompare(b.name)
    expect(known.sort(byName), name).toEqual(real.map((column) => ({ ...column, type: typeOf(column.type) })).sort(byName))
  }
  await db.close()
})
