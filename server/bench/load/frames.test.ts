import { isMessageId } from '@usher-chat/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMessageIds, readMessageNumber } from './message-number.ts'
import { natsCommands, readAnswer } from './nats-commands.ts'
import { createNatsReader } from './nats-reader.ts'
import { frames, readFrame } from './socket-io-dialect.ts'

describe('the id of a message', () => {
  test('carries its number, and is an id Usher takes', () => {
    const idOf = createMessageIds(() => 1_700_000_000_000)
    expect(isMessageId(idOf(12_345))).toBe(true)
    expect(readMessageNumber(Buffer.from(`{"v":1,"id":"${idOf(12_345)}","kind":"text"}`))).toBe(12_345)
  })

  test('is not found in what has none', () => {
    expect(readMessageNumber(Buffer.from('{"presence":"online"}'))).toBeUndefined()
    expect(readMessageNumber(Buffer.from('{"id":"nobody knows this one at all, it is no id"}'))).toBeUndefined()
  })
})

describe('the reader of the NATS protocol', () => {
  const wire = Buffer.from(
    [
      'INFO {"headers":true}',
      'MSG live.chat.a 1 5\r\nhello',
      'PING',
      'HMSG live.chat.b 2 _INBOX.x 12 18\r\nNATS/1.0\r\n\r\nw\r\nrld',
      'MSG empty 3 0\r\n',
      '-ERR no',
      '',
    ].join('\r\n'),
  )
  const read = (chunks: readonly Buffer[]): string[] => {
    const heard: string[] = []
    const push = createNatsReader({
      line: (text) => heard.push(text),
      message: ({ subject, sid, payload }) => heard.push(`${subject} ${sid} ${JSON.stringify(payload.toString())}`),
    })
    for (const chunk of chunks) push(chunk)
    return heard
  }
  const whole = ['INFO {"headers":true}', 'live.chat.a 1 "hello"', 'PING', 'live.chat.b 2 "w\\r\\nrld"', 'empty 3 ""', '-ERR no']

  test('tells messages from lines, and headers from payloads', () => {
    expect(read([wire])).toEqual(whole)
  })

  test('does not care how the bytes were cut', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: wire.length }), { maxLength: 12 })
    fc.assert(
      fc.property(cuts, (at) => {
        const ends = [...at.toSorted((a, b) => a - b), wire.length]
        expect(read(ends.map((end, i) => wire.subarray(ends[i - 1] ?? 0, end)))).toEqual(whole)
      }),
    )
  })
})

describe('the commands of NATS', () => {
  test('a publish counts its bytes, not its letters', () => {
    const command = natsCommands.publish({ subject: 's', reply: 'r', dedupId: 'd', payload: '"é"' })
    expect(command).toBe('HPUB s r 28 32\r\nNATS/1.0\r\nNats-Msg-Id: d\r\n\r\n"é"\r\n')
  })

  test('an answer is a place in the stream or a refusal', () => {
    expect(readAnswer(Buffer.from('{"stream":"CHAT", "seq":42}'))).toEqual({ seq: 42 })
    expect(readAnswer(Buffer.from('{"error":{"code":429,"err_code":"rate_limited"}}'))).toHaveProperty('refused')
  })
})

describe('the frames of Socket.IO', () => {
  const id = createMessageIds()(7)

  test('an event asks for an acknowledgement by number', () => {
    expect(frames.message(7, id, 'a "b"')).toBe(`427["message",{"id":"${id}","text":"a \\"b\\""}]`)
  })

  test.each([
    ['0{"sid":"x"}', { type: 'open' }],
    ['2', { type: 'ping' }],
    ['40{"sid":"x"}', { type: 'connected' }],
    ['44{"message":"unauthorized"}', { type: 'refused', reason: '{"message":"unauthorized"}' }],
    ['4312[{"seq":"3"}]', { type: 'ack', n: 12 }],
    ['4312[{"error":"invalid"}]', { type: 'failed', reason: '4312[{"error":"invalid"}]' }],
    [`42["message",{"id":"${id}","text":"x"}]`, { type: 'event', n: 7 }],
    ['42["other",{}]', { type: 'other' }],
  ])('%s is understood', (frame, expected) => {
    expect(readFrame(Buffer.from(frame))).toEqual(expected)
  })
})
