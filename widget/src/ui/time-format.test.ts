import { expect, test } from 'vitest'
import { daysBetween, timeFormat } from './time-format.ts'

const now = new Date(2026, 2, 30, 9, 0)

test('days are told as people tell them', () => {
  const { day } = timeFormat('en-GB')
  expect(day(new Date(2026, 2, 30, 0, 1), now)).toBe('Today')
  expect(day(new Date(2026, 2, 29, 23, 59), now)).toBe('Yesterday')
  expect(day(new Date(2026, 2, 26), now)).toBe('Thursday')
  expect(day(new Date(2026, 2, 3), now)).toBe('3 March')
  expect(day(new Date(2024, 2, 3), now)).toBe('3 March 2024')
})

test('other languages come from the browser', () => {
  expect(timeFormat('de').day(new Date(2026, 2, 29), now)).toBe('Gestern')
  expect(timeFormat('de').time(new Date(2026, 2, 29, 14, 5))).toBe('14:05')
})

test('a malformed locale does not break the page', () => {
  expect(timeFormat('not a locale!').time(now)).toMatch(/9/)
})

test('days with 23 or 25 hours count as one', () => {
  expect(daysBetween(new Date(2026, 2, 28, 12), new Date(2026, 2, 29, 12))).toBe(1)
  expect(daysBetween(new Date(2026, 9, 24, 23), new Date(2026, 9, 25, 1))).toBe(1)
})
