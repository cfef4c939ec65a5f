import { headers } from 'nats'
import { expect, test } from 'vitest'
import { readPullStatus } from './read-pull-status.ts'

const status = (code: number, text: string, left?: number) => {
  const read = headers(code, text)
  if (left !== undefined) read.set('Nats-Pending-Messages', `${left}`)
  return readPullStatus({ headers: read })
}

test.each([
  [status(100, 'Idle Heartbeat'), { type: 'alive' }],
  [status(408, 'Request Timeout', 17), { type: 'ended', left: 17 }],
  [status(408, 'Request Timeout'), { type: 'ended', left: 0 }],
  [status(409, 'Leadership Change', 5), { type: 'ended', left: 5 }],
  [status(409, 'Consumer Deleted'), { type: 'refused' }],
  [status(503, 'No Responders'), { type: 'refused' }],
  [readPullStatus({}), { type: 'refused' }],
])('a status is read as %o', (read, expected) => {
  expect(read).toEqual(expected)
})
