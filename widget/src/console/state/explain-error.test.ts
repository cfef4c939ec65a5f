import { type ErrorCode, errorCodes, UsherError } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { explainLoginError } from '../login/explain-login-error.ts'
import { connectionNotice } from '../shell/connection-notice.ts'
import { explainError, inSeconds } from './explain-error.ts'

test('every error reads as a reason, never as a code', () => {
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    const reason = explainError(new UsherError(code, 'unable to do it; the thing was not there.'))
    expect(reason).not.toContain(code)
    expect(reason).toMatch(/^[a-z].*[^.]$/)
  }
  expect(explainError(new TypeError('x is not a function'))).toBe('something unexpected went wrong')
  expect(explainError(new UsherError('conflict', 'unable to resolve; it is resolved already'))).toBe('it is resolved already')
})

test('a wait is told in seconds or minutes', () => {
  expect([undefined, 400, 3_200, 600_000].map(inSeconds)).toEqual(['in a moment', 'in a second', 'in 4 seconds', 'in 10 minutes'])
})

test('a login error names the field to look at and when to try again', () => {
  expect(explainLoginError(new UsherError('wrong_credentials', 'unable to log in; no'), 0).field).toBe('password')
  expect(explainLoginError(new UsherError('rate_limited', 'unable to log in; no', { retryAfterMs: 9_000 }), 1_000).untilMs).toBe(10_000)
  expect(explainLoginError(new UsherError('internal', 'unable to log in; boom'), 0).text).toBe(
    'Usher couldn’t log you in: the server ran into a problem.',
  )
})

test('the banner counts down to the next try, and is silent while all is well', () => {
  expect(connectionNotice({ state: 'connected' }, true, 0)).toBeUndefined()
  expect(connectionNotice({ state: 'connecting' }, true, 0)).toBeUndefined()
  expect(connectionNotice({ state: 'reconnecting', retryAt: 5_400 }, true, 1_000)).toEqual({
    text: 'Connection lost. Next try in 5 s; replies are kept until then.',
    retry: true,
  })
  expect(connectionNotice({ state: 'reconnecting', retryAt: 900 }, true, 1_000)).toMatchObject({ retry: false })
  expect(connectionNotice({ state: 'connected' }, false, 0)?.text).toContain('You’re offline')
})
