import { createRandom } from '../../faults/random.ts'
import { admittedFilter, hpub, messageHeader, pub, textMessage, told } from '../../test/edge-commands.ts'
import { commandLines, fairCommands, replies, subjects, unfair, words } from '../kit/commands.ts'
import { startCoverage } from './coverage.ts'
import { type FuzzReport, type GuidedFuzz, guidedFuzz } from './guided-fuzz.ts'

/** Inputs to begin with: every subject and reply once, well formed. */
export const filterSeeds: readonly Buffer[] = [
  ...fairCommands,
  ...subjects.map((subject) => pub(subject, '{"v":1,"type":"typing"}')),
  ...subjects.map((subject) => hpub(subject, textMessage('x'))),
  ...replies.map((reply) => hpub(subjects[0], textMessage('x'), { reply })),
  ...subjects.map((subject, sid) => Buffer.from(`SUB ${subject} ${sid}\r\nUNSUB ${sid} 1\r\n`)),
  hpub(subjects[0], textMessage('x'), { header: messageHeader().replace('\r\n', '\r\nNats-Rollup: all\r\n') }),
].map((commands) => Buffer.concat([Buffer.from([0xff]), commands]))

const filterWords: readonly Buffer[] = [...words, ...subjects, ...replies.slice(1), messageHeader()].map((word) => Buffer.from(word))

/** Fuzzes the edge's filter, led by what of its code an input reaches. Once in a process, before anything of the edge has run in it. */
export async function fuzzFilter({ seed, ...limits }: { seed: number } & Pick<GuidedFuzz, 'runs' | 'ms'>): Promise<FuzzReport> {
  const coverage = startCoverage((url) => url.includes('/server/src/edge/'))
  const random = createRandom(seed)
  return guidedFuzz({ target: feedFilter, seeds: filterSeeds, dictionary: filterWords, random, coverage, ...limits }).finally(coverage.stop)
}

/**
 * Says `input` to the edge's filter in the place of a visitor: its first byte tells how the others are cut into frames. Throws when something
 * goes on to nats-server that is not the visitor's to say, or when it depends on the cuts.
 */
function feedFilter(input: Buffer): void {
  const bytes = input.subarray(1)
  const cut = said(bytes, (input[0] ?? 0) + 1)
  const forwarded = cut.flatMap((outcome) => (outcome.type === 'forward' ? [outcome.bytes] : []))
  const [line] = unfair(commandLines(Buffer.concat(forwarded)))
  if (line !== undefined) throw new Error(`nats-server was told ${JSON.stringify(line)}`)
  const [pieces, whole] = [told(cut), told(said(bytes, bytes.length))].map((words) => words.join('\n'))
  if (pieces !== whole) throw new Error(`it depends on the cuts: ${pieces} instead of ${whole}`)
}

function said(bytes: Buffer, step: number) {
  const filter = admittedFilter()
  return Array.from({ length: Math.ceil(bytes.length / step) }, (_, n) => filter.push(bytes.subarray(n * step, (n + 1) * step), 0)).flat()
}
