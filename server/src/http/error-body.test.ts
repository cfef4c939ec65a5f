import { UsherError } from '@usher-chat/sdk/protocol'
import { describe, expect, test } from 'vitest'
import { asUsherError, isDatabaseAway } from './error-body.ts'

const withCode = (message: string, code: string) => Object.assign(new Error(message), { code })

describe('an error that was thrown', () => {
  test('is told as it is when it is ours', () => {
    const error = new UsherError('conflict', 'unable to reopen; it is open')
    expect(asUsherError(error)).toBe(error)
  })

  test('is told as internal, without a word of its own, when it is not', () => {
    const told = asUsherError(new Error('password=hunter2 in /etc/passwd'))
    expect(told).toMatchObject({ code: 'internal', message: 'unable to answer; something went wrong on the server' })
  })

  test.each([
    withCode('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'),
    withCode('terminating connection due to administrator command', '57P01'),
    withCode('the database system is starting up', '57P03'),
    withCode('sorry, too many clients already', '53300'),
    withCode('canceling statement due to statement timeout', '57014'),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Query read timeout'),
    new Error('Failed query: select 1', { cause: withCode('read ECONNRESET', 'ECONNRESET') }),
    new AggregateError([withCode('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED')]),
  ])('[P8] is told as a database that is away: $message', (error) => {
    expect(asUsherError(error)).toMatchObject({ code: 'service_unavailable', retryable: true, retryAfterMs: 2_000 })
  })

  test.each([
    withCode('duplicate key value', '23505'),
    withCode('relation does not exist', '42P01'),
    new Error('nonsense'),
    'text',
    undefined,
  ])('is no sign of a database that is away: %s', (error) => {
    expect(isDatabaseAway(error)).toBe(false)
  })
})
