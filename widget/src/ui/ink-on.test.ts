import { expect, test } from 'vitest'
import { inkOn, safeColor } from './ink-on.ts'

test('text on a site colour is white where white reads well, else near-black', () => {
  expect(['#4f46e5', '#b3262e', '#000000', '#0a7d5a'].map(inkOn)).toEqual(['#fff', '#fff', '#fff', '#fff'])
  expect(['#ffffff', '#ffd400', '#f97316', '#7dd3fc'].map(inkOn)).toEqual(['#16161d', '#16161d', '#16161d', '#16161d'])
})

test('what is not a colour never reaches the style sheet', () => {
  expect(['red;}*{display:none', '#12', 'url(x)', ''].map(safeColor)).toEqual(Array(4).fill('#4f46e5'))
  expect(safeColor('#b3262e')).toBe('#b3262e')
})
