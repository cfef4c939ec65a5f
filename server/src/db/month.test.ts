import { expect, test } from 'vitest'
import { monthOf, monthsAround } from './month.ts'

test('a month is a UTC month, from its first instant to the first of the next', () => {
  expect(monthOf(new Date('2026-12-31T23:59:59.999Z'))).toEqual({
    table: 'messages_2026_12',
    from: '2026-12-01T00:00:00.000Z',
    to: '2027-01-01T00:00:00.000Z',
  })
})

test('the months around a day cross the year both ways, without gap or overlap', () => {
  const months = monthsAround(new Date('2026-12-31T23:00:00Z'), -1, 3)
  expect(months.map((month) => month.table)).toEqual([
    'messages_2026_11',
    'messages_2026_12',
    'messages_2027_01',
    'messages_2027_02',
    'messages_2027_03',
  ])
  for (const [i, month] of months.slice(1).entries()) expect(month.from).toBe(months[i]?.to)
  expect(monthsAround(new Date('2026-01-31T00:00:00Z'), -1, 1).map((month) => month.table)).toEqual([
    'messages_2025_12',
    'messages_2026_01',
    'messages_2026_02',
  ])
})
