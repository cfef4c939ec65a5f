import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createWholeFrames } from './whole-frames.ts'

const push = (chunks: readonly (Buffer | string)[]): string[] => {
  const whole = createWholeFrames()
  return chunks.flatMap((chunk) => whole.push(Buffer.from(chunk))).map((bytes) => bytes.toString('latin1'))
}

const msg = (payload: string): string => `MSG live.a 1 ${payload.length}\r\n${payload}\r\n`
const hmsg = (payload: string): string => `HMSG live.a 1 _INBOX.a 12 ${12 + payload.length}\r\nNATS/1.0\r\n\r\n${payload}\r\n`

test('whole commands leave as they came, in one piece', () => {
  const bytes = `${msg('one')}${hmsg('two')}PING\r\n+OK\r\n-ERR 'x'\r\n`
  expect(push([bytes])).toEqual([bytes])
})

test('[P6] INFO stays here, wherever it comes', () => {
  const info = 'INFO {"connect_urls":["10.0.0.1:4222"]}\r\n'
  expect(push([`${info}PING\r\n${info}${info}${msg('INFO x\r\n')}${info}`])).toEqual(['PING\r\n', msg('INFO x\r\n')])
})

test('a command is held until it is whole', () => {
  expect(push(['MSG live.a 1 3\r\na'])).toEqual([])
  expect(push(['MSG live.a 1 3\r\na', 'bc', '\r\nPI'])).toEqual([msg('abc')])
  expect(push(['MSG live.a 1 ', '3\r\nabc\r\n'])).toEqual([msg('abc')])
})

test('cut anywhere, the same bytes come out in the same order, and every piece ends with a whole command', () => {
  const command = fc.oneof(
    fc.constantFrom('PING\r\n', 'PONG\r\n', '+OK\r\n', "-ERR 'Permissions Violation'\r\n"),
    fc.string({ unit: 'binary-ascii', maxLength: 60 }).map(msg),
    fc.string({ unit: 'binary-ascii', maxLength: 60 }).map(hmsg),
  )
  fc.assert(
    fc.property(fc.array(command, { maxLength: 20 }), fc.array(fc.nat({ max: 1_500 }), { maxLength: 20 }), (commands, cuts) => {
      const text = commands.join('')
      const edges = [0, ...cuts.filter((cut) => cut <= text.length).sort((a, b) => a - b), text.length]
      const out = push(edges.slice(1).map((to, at) => text.slice(edges[at], to)))
      expect(out.join('')).toBe(text)
      const ends = new Set(commands.map((_, at) => commands.slice(0, at + 1).join('').length))
      for (const at of out.keys()) expect(ends.has(out.slice(0, at + 1).join('').length)).toBe(true)
    }),
  )
})
