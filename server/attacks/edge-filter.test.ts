import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  admittedFilter,
  agentId,
  hpub,
  inbox,
  messageHeader,
  otherVisitorId,
  ownPulse,
  ownSubject,
  pub,
  site,
  textMessage,
  visitorId,
} from '../test/edge-commands.ts'

/** Everything the visitor of these tests may say to nats-server, as whole commands. Written apart from the filter, from the contract. */
const fair = [
  new RegExp(`^HPUB chat\\.${site}\\.${visitorId}\\.visitor( _INBOX\\.${visitorId}\\.[\\w.-]+)? \\d+ \\d+$`, 'i'),
  new RegExp(`^PUB pulse\\.${site}\\.${visitorId}\\.visitor( _INBOX\\.${visitorId}\\.[\\w.-]+)? \\d+$`, 'i'),
  new RegExp(
    `^SUB (live\\.chat\\.${site}\\.${visitorId}\\.(visitor|event|agent\\.[\\w*]+)|pulse\\.${site}\\.${visitorId}\\.agent\\.[\\w*]+|saved\\.${site}\\.${visitorId}|_INBOX\\.${visitorId}\\.[\\w.*>-]+) \\w+$`,
    'i',
  ),
  /^UNSUB \w+( \d+)?$/i,
  /^P[IO]NG$/i,
]

/** Reads bytes as nats-server would: lines, and payloads by their announced length. Gives the command lines. */
function commandLines(bytes: Buffer): string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n', at)
    expect(end, 'a line without end was passed on').toBeGreaterThanOrEqual(0)
    const line = bytes
      .toString('latin1', at, end)
      .replace(/[\t ]+/g, ' ')
      .trim()
    lines.push(line)
    at = end + 2
    if (/^h?pub /i.test(line)) {
      at += Number(line.split(' ').at(-1))
      expect(bytes.toString('latin1', at, at + 2)).toBe('\r\n')
      at += 2
    }
  }
  return lines
}

const word = fc.constantFrom(
  'PUB',
  'HPUB',
  'SUB',
  'UNSUB',
  'PING',
  'CONNECT',
  'INFO',
  'MSG',
  '-ERR',
  'pub',
  ' ',
  '\t',
  '0',
  '2',
  '-1',
  '99999999999999999999',
  '{}',
  '\0',
  '\n',
  '\r',
  '\r\n',
)
const subject = fc.constantFrom(
  ownSubject,
  ownPulse,
  inbox,
  '>',
  '*',
  `chat.${site}.${otherVisitorId}.visitor`,
  `chat.${site}.*.visitor`,
  `live.chat.${site}.>`,
  '$JS.API.STREAM.PURGE.CHAT',
  '$SYS.>',
  `_INBOX.${otherVisitorId}.x`,
  `_INBOX.${visitorId}.>`,
  `chat.${site}.${visitorId}.agent.${agentId}`,
  `${ownSubject}\u00a0`,
)
const reply = fc.constantFrom('', inbox, '$JS.API.STREAM.DELETE.CHAT', `_INBOX.${otherVisitorId}.x`, `_INBOX.${visitorId}`)
const fairCommand = fc.constantFrom(
  pub(ownPulse, '{"v":1,"type":"typing"}'),
  hpub(ownSubject, textMessage('x'), { reply: inbox }),
  Buffer.from(`SUB _INBOX.${visitorId}.> 40\r\n`),
  Buffer.from('PING\r\n'),
)
const garbage = fc.oneof(
  fc.array(word, { maxLength: 8 }).map((words) => Buffer.from(words.join(' '))),
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
)
const hostileCommand = fc.oneof(
  fc.tuple(subject, reply).map(([to, back]) => pub(to, '{"v":1,"type":"typing"}', back)),
  fc.tuple(subject, reply).map(([to, back]) => hpub(to, textMessage('x'), { reply: back })),
  fc
    .tuple(subject, fc.constantFrom('Nats-Rollup: all', 'Nats-Sequence: 1'))
    .map(([to, extra]) => hpub(to, textMessage('x'), { header: messageHeader().replace('\r\n', `\r\n${extra}\r\n`) })),
  fc.tuple(subject, fc.constantFrom('', ' group'), fc.nat(30)).map(([to, group, sid]) => Buffer.from(`SUB ${to}${group} ${sid}\r\n`)),
  // A payload that looks like commands.
  subject.map((to) => pub(ownPulse, `{}\r\nPUB ${to} 2\r\n{}\r\n`)),
)

const command = fc.oneof({ weight: 4, arbitrary: fairCommand }, { weight: 4, arbitrary: hostileCommand }, { weight: 1, arbitrary: garbage })

describe('[P6] whatever a visitor sends', () => {
  test('[S33] only whole commands about their own subjects reach nats-server', () => {
    let passed = 0
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), fc.array(fc.nat(200), { maxLength: 10 }), (commands, cuts) => {
        const bytes = Buffer.concat(commands)
        const filter = admittedFilter()
        const forwarded: Buffer[] = []
        for (const [at, end] of pieces(bytes.length, cuts)) {
          for (const outcome of filter.push(bytes.subarray(at, end), 0)) if (outcome.type === 'forward') forwarded.push(outcome.bytes)
        }
        const lines = commandLines(Buffer.concat(forwarded))
        passed += lines.length
        for (const line of lines)
          expect(
            fair.some((pattern) => pattern.test(line)),
            line,
          ).toBe(true)
      }),
      { numRuns: 2_000 },
    )
    expect(passed).toBeGreaterThan(1_000)
  })
})

/** Ranges that cut `length` bytes at these distances. */
function pieces(length: number, cuts: readonly number[]): [number, number][] {
  const ranges: [number, number][] = []
  let from = 0
  for (const cut of cuts) {
    const to = Math.min(length, from + cut)
    ranges.push([from, to])
    from = to
  }
  return [...ranges, [from, length]]
}
