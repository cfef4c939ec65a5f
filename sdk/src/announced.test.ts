import { expect, it } from 'vitest'
import { Announced } from './announced.ts'

const by = (author: string, id: string) => ({ id, author: { role: 'visitor' as const, id: author } })

it('[P3] a message is news once, whatever else comes', () => {
  const announced = new Announced()
  expect(announced.isNews(by('v', 'a'))).toBe(true)
  expect(announced.isNews(by('v', 'b'))).toBe(true)
  expect(announced.isNews(by('v', 'a'))).toBe(false)
})

it('[P6] nobody silences a message of somebody else by using its id first', () => {
  const announced = new Announced()
  announced.isNews(by('mallory', 'a'))
  expect(announced.isNews(by('v', 'a'))).toBe(true)
})

it('[P9] what it remembers has a bound, and the newest stay', () => {
  const announced = new Announced()
  for (let i = 0; i < 2_500; i++) announced.isNews(by('v', `${i}`))
  expect(announced.isNews(by('v', '2499'))).toBe(false)
  expect(announced.isNews(by('v', '0'))).toBe(true)
})
