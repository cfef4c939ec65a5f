import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { admittedFilter, hpub, messageHeader, ownPulse, pub, textMessage } from '../test/edge-commands.ts'
import { commandLines, fairCommands, replies, subjects, unfair, words } from './kit/commands.ts'

const word = fc.constantFrom(...words)
const subject = fc.constantFrom(...subjects)
const reply = fc.constantFrom(...replies)
const fairCommand = fc.constantFrom(...fairCommands)
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
        expect(unfair(lines)).toEqual([])
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
