import { expect, test } from 'vitest'
import { initialsOf } from './initials-of.ts'
import { toneCount, toneOf } from './tone-of.ts'

test('initials are the first letters of the first and the last word', () => {
  expect(['Anna Lindqvist', 'maya', '  Jean-Luc  de la Cruz ', '', '😀 smile'].map(initialsOf)).toEqual(['AL', 'M', 'JC', '?', '😀S'])
})

test('the same person always has the same colour', () => {
  expect(toneOf('annaannaannaannaanna')).toBe(toneOf('annaannaannaannaanna'))
  expect(toneOf('')).toBeLessThan(toneCount)
})
