import { expect, test } from 'vitest'
import { readAckSubject } from './read-ack-subject.ts'

const delivery = { deliveryCount: 3, seq: 17, time: new Date(1_700_000_000_123) }

test('both forms of a delivery are read', () => {
  expect(readAckSubject('$JS.ACK.CHAT.history.3.17.9.1700000000123456789.4')).toEqual(delivery)
  expect(readAckSubject('$JS.ACK.hub.HASH.CHAT.history.3.17.9.1700000000123456789.4.random')).toEqual(delivery)
})

test.each([
  '',
  '_INBOX.server.x',
  '$JS.ACK.CHAT.history',
  '$JS.ACK.CHAT.history.a.b.c.d.e',
  '$JS.API.CONSUMER.MSG.NEXT.CHAT.history.1.1.1',
])('what is no delivery is not read as one: %s', (subject) => {
  expect(readAckSubject(subject)).toBeUndefined()
})
