import { expect, test } from 'vitest'
import { postgresFailure } from './postgres-failure.ts'

const failure = (message: string, facts: { code?: string; routine?: string } = {}) =>
  postgresFailure(Object.assign(new Error(message), facts))

test('an error of a row is told from Postgres being away', () => {
  expect(failure('invalid byte sequence', { code: '22021' })).toBe('data')
  expect(failure('violates foreign key constraint', { code: '23503' })).toBe('data')
  expect(failure('string is too long for tsvector', { code: '54000' })).toBe('data')
  expect(failure('no partition of relation "messages" found for row', { code: '23514', routine: 'ExecFindPartition' })).toBe('partition')
  expect(failure('violates check constraint', { code: '23514', routine: 'ExecConstraints' })).toBe('data')
  expect(failure('the database system is starting up', { code: '57P03' })).toBe('away')
  expect(failure('disk full', { code: '53100' })).toBe('away')
})

test('errors of the driver and of the system are Postgres being away', () => {
  expect(failure('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED' })).toBe('away')
  expect(failure('write EPIPE', { code: 'EPIPE' })).toBe('away')
  expect(failure('Connection terminated unexpectedly')).toBe('away')
  expect(failure('timeout exceeded when trying to connect')).toBe('away')
  expect(failure('Query read timeout')).toBe('away')
})

test('lost races, slow statements and our own mistakes are neither', () => {
  expect(failure('deadlock detected', { code: '40P01' })).toBe('other')
  expect(failure('canceling statement due to statement timeout', { code: '57014' })).toBe('other')
  expect(failure('relation "x" does not exist', { code: '42P01' })).toBe('other')
  expect(failure('x is not a function')).toBe('other')
  expect(postgresFailure('text')).toBe('other')
})
