import { describe, expect, test } from 'vitest'
import { attempt, judge, notYet } from './attempt.ts'
import type { Ground } from './kit/ground.ts'
import { markdownReport, screenLines, summaryLine } from './report.ts'
import { type AttackResult, runAttacks } from './run-attacks.ts'

const held = attempt('knock', true, 'no')
const broken = attempt('push | pull', false, { status: 200 })
const open = notYet('fly', 'there are no wings yet')

/** These cases ask nothing of the ground. */
const ground = {} as Ground

const run = (attempts: () => Promise<(typeof held)[]>): Promise<AttackResult[]> =>
  runAttacks([{ id: 'S1', title: 'break in', run: attempts }], ground, () => {})

describe('the verdict', () => {
  test('one broken attempt fails the case, whatever else held', () => expect(judge([held, broken, open])).toBe('FAIL'))
  test('what held passes, even where something could not be tried', () => expect(judge([held, open])).toBe('pass'))
  test('nothing tried is not a pass', () => expect([judge([]), judge([open])]).toEqual(['not yet', 'not yet']))
})

describe('the run', () => {
  test('a case that throws has failed with what it threw', async () => {
    const [result] = await run(() => Promise.reject(new Error('lost the door')))
    expect(result?.verdict).toBe('FAIL')
    expect(result?.attempts[0]?.came).toContain('lost the door')
  })
})

describe('the report', () => {
  test('has a row for each case, with what broke and what is not there yet', async () => {
    const results = [...(await run(async () => [broken])), ...(await run(async () => [open])), ...(await run(async () => [held]))]
    const rows = markdownReport(results, new Date(0))
      .split('\n')
      .filter((line) => line.startsWith('| S1'))
    expect(rows).toEqual([
      '| S1 | break in | push \\| pull | FAIL · push \\| pull: {"status":200} |',
      '| S1 | break in |  | not yet · there are no wings yet |',
      '| S1 | break in | knock | pass |',
    ])
    expect(summaryLine(results)).toBe('1 pass, 1 FAIL, 1 not yet')
    expect(screenLines(results[0] as AttackResult).join('\n')).toContain('✗ push | pull')
  })
})
