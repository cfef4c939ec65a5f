import { expect, test } from 'vitest'
import { type Migration, planMigrations } from './plan-migrations.ts'

const file = (name: string, checksum = 'a'): Migration => ({ name, checksum, text: 'select 1', transactional: true })
const names = (files: readonly Migration[]) => files.map(({ name }) => name)

test('only the files that are missing are applied, in order', () => {
  const files = [file('0001_a.sql'), file('0002_b.sql'), file('0003_c.sql')]
  expect(names(planMigrations(files, []))).toEqual(['0001_a.sql', '0002_b.sql', '0003_c.sql'])
  expect(names(planMigrations(files, [file('0001_a.sql')]))).toEqual(['0002_b.sql', '0003_c.sql'])
  expect(planMigrations(files, files)).toEqual([])
})

test('a file that changed after it was applied is refused', () => {
  expect(() => planMigrations([file('0001_a.sql', 'b')], [file('0001_a.sql', 'a')])).toThrow(/0001_a.sql was changed after it was applied/)
})

test('misnamed files, twin numbers and latecomers are refused', () => {
  expect(() => planMigrations([file('1_a.sql')], [])).toThrow(/not named like/)
  expect(() => planMigrations([file('0001_a.sql'), file('0001_b.sql')], [])).toThrow(/same number/)
  expect(() => planMigrations([file('0001_a.sql'), file('0002_b.sql')], [file('0001_a.sql'), file('0003_c.sql')])).toThrow(
    /sorts before 0003_c.sql/,
  )
})

test('files of a newer version are left alone', () => {
  expect(planMigrations([file('0001_a.sql')], [file('0001_a.sql'), file('0002_newer.sql')])).toEqual([])
})
