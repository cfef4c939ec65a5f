import { expect, test } from 'vitest'
import { scoreTable } from './score-table.ts'

test('the table counts what was noticed by file and in all, and leaves out what could not be planted', () => {
  const mutants = (...statuses: string[]) => ({ mutants: statuses.map((status) => ({ status })) })
  const table = scoreTable({
    'a.ts': mutants('Killed', 'Timeout', 'Survived', 'NoCoverage'),
    'b.ts': mutants('Killed', 'Ignored', 'RuntimeError'),
  })
  expect(table.split('\n')).toEqual([
    '| module | planted | noticed | score |',
    '|---|---|---|---|',
    '| a.ts | 4 | 2 | 50.0 % |',
    '| b.ts | 1 | 1 | 100.0 % |',
    '| **all** | 5 | 3 | 60.0 % |',
    '',
  ])
})
