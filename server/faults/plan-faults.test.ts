import { expect, test } from 'vitest'
import { faults } from './nemesis.ts'
import { planFaults } from './plan-faults.ts'

const plan = (seed: number, totalMs = 900_000) => planFaults({ seed, totalMs, faults })

test('a seed gives the same plan again, another seed another one', () => {
  expect(plan(1)).toEqual(plan(1))
  expect(plan(1)).not.toEqual(plan(2))
})

test('a plan of a quarter of an hour has every fault, as often as any other but once', () => {
  const times = new Map(faults.map(({ id }) => [id, 0]))
  for (const { id } of plan(3).flatMap((step) => step.faults)) times.set(id, times.get(id)! + 1)
  expect(Math.min(...times.values())).toBeGreaterThan(0)
  expect(Math.max(...times.values()) - Math.min(...times.values())).toBeLessThanOrEqual(2)
})

test('two faults at once are about different parts', () => {
  const part = new Map(faults.map((fault) => [fault.id, fault.part]))
  const pairs = plan(4).filter((step) => step.faults.length === 2)
  expect(pairs.length).toBeGreaterThan(5)
  for (const { faults } of pairs) expect(part.get(faults[0]!.id)).not.toBe(part.get(faults[1]!.id))
})

test('a short plan has one step, and the time is kept but for the last', () => {
  expect(plan(5, 1)).toHaveLength(1)
  const times = plan(6, 60_000).map(({ restMs, lastsMs }) => restMs + lastsMs)
  expect(times.slice(0, -1).reduce((sum, ms) => sum + ms, 0)).toBeLessThan(60_000)
})

test('no two faults have one id', () => {
  expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length)
})
