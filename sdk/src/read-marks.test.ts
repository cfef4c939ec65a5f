import { beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../test/fake-clock.ts'
import { ReadMarks } from './read-marks.ts'

let clock: FakeClock
let told: number[]
let isOnline: boolean
let marks: ReadMarks

beforeEach(() => {
  clock = new FakeClock()
  told = []
  isOnline = true
  marks = new ReadMarks(clock, (seq) => {
    if (isOnline) told.push(seq)
    return isOnline
  })
})

it('tells at once, then at most once a second, always the furthest', async () => {
  for (const seq of [1, 2, 3]) marks.moveTo(seq)
  expect(told).toEqual([1])
  await clock.advance(1_000)
  expect(told).toEqual([1, 3])
})

it('moves forward only', () => {
  expect(marks.moveTo(5)).toBe(true)
  expect(marks.moveTo(5)).toBe(false)
  expect(marks.moveTo(4)).toBe(false)
  expect(marks.own).toBe(5)
})

it('says nothing the server knows already', () => {
  marks.heard(9)
  expect(marks.moveTo(7)).toBe(false)
  expect(told).toEqual([])
})

it('waits for a connection', () => {
  isOnline = false
  marks.moveTo(4)
  isOnline = true
  marks.connected()
  marks.connected()
  expect(told).toEqual([4])
})
