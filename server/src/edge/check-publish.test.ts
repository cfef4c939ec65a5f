import { maxPayloadBytes, maxTextLength } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { agent, agentId, inbox, limits, messageHeader, ownPulse, ownSubject, textMessage, visitor } from '../../test/edge-commands.ts'
import { checkContent, checkEnvelope } from './check-publish.ts'
import type { PublishCommand } from './parse-command.ts'
import { type PublishKind, policyOf } from './policy.ts'

const policy = policyOf(visitor, limits.visitor)
const headerBytes = messageHeader().length

const envelope = (change: Partial<PublishCommand> = {}) =>
  checkEnvelope(policy, { verb: 'HPUB', subject: ownSubject, reply: undefined, headerBytes, totalBytes: headerBytes + 100, ...change })

test('what may pass is told by its kind', () => {
  expect(envelope()).toEqual({ kind: 'message' })
  expect(envelope({ reply: `${inbox}.1` })).toEqual({ kind: 'message' })
  expect(envelope({ verb: 'PUB', subject: ownPulse, headerBytes: 0, totalBytes: 10 })).toEqual({ kind: 'visitorPulse' })
})

test('[P6] the subject is looked at first, then the reply, the header and the size', () => {
  expect(envelope({ subject: 'x', reply: '$JS.API', verb: 'PUB' })).toEqual({ refusal: 'subject' })
  expect(envelope({ reply: '$JS.API', verb: 'PUB' })).toEqual({ refusal: 'reply' })
  expect(envelope({ verb: 'PUB', totalBytes: 1e6 })).toEqual({ refusal: 'header' })
  expect(envelope({ subject: ownPulse })).toEqual({ refusal: 'header' })
  expect(envelope({ headerBytes: headerBytes - 1, totalBytes: 1e6 })).toEqual({ refusal: 'payload_size' })
})

test('[P9] a payload may have as many bytes as the limit, its header not counted', () => {
  expect(envelope({ totalBytes: headerBytes + maxPayloadBytes })).toEqual({ kind: 'message' })
  expect(envelope({ totalBytes: headerBytes + maxPayloadBytes + 1 })).toEqual({ refusal: 'payload_size' })
})

test.each([headerBytes - 1, headerBytes + 1])('[P6] a message with a header of %i bytes is refused', (bytes) => {
  expect(envelope({ headerBytes: bytes })).toEqual({ refusal: 'header' })
})

const content = (kind: PublishKind, payload: string | Buffer, header = messageHeader()) =>
  checkContent(policy, kind, Buffer.from(header), Buffer.from(payload))

test.each<[PublishKind, string]>([
  ['message', textMessage('x')],
  ['visitorPulse', '{"v":1,"type":"typing","text":"x"}'],
  ['agentPulse', '{"v":1,"type":"typing"}'],
  ['heartbeat', '{"v":1,"presence":"online"}'],
])('the payload of a %s passes in its shape, and in no other', (kind, payload) => {
  expect(content(kind, payload)).toBeUndefined()
  expect(content(kind, '{"v":1}')).toBe('payload')
})

test('[P6] the header names the author and the message it comes with', () => {
  expect(content('message', textMessage('x'), messageHeader(agentId))).toBe('header')
  expect(checkContent(policyOf(agent, limits.agent), 'message', Buffer.from(messageHeader(agentId)), Buffer.from(textMessage('x')))).toBe(
    undefined,
  )
})

test('only a text that is too long is told to be too long', () => {
  expect(content('message', textMessage('x'.repeat(maxTextLength)))).toBeUndefined()
  expect(content('message', textMessage('x'.repeat(maxTextLength + 1)))).toBe('text_length')
  const wrong = textMessage('x').replace('"v":1', '"v":2')
  expect(content('message', wrong)).toBe('payload')
  expect(content('message', wrong.replace('"x"', `"${'x'.repeat(maxTextLength)}"`))).toBe('payload')
  for (const odd of ['null', '{}', '{"body":null}', '{"body":{}}', `{"body":{"text":[${'1,'.repeat(maxTextLength)}1]}}`, '{"body'])
    expect(content('message', odd)).toBe('payload')
})
