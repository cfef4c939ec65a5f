import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { faults } from './nemesis.ts'
import { type Plant, plantInto, plants } from './plants.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

describe('a planted bug', () => {
  test.each(plants)('“$name” has its one place, and changes it', (plant) => {
    const text = read(plant.file)
    expect(plantInto(text, plant)).not.toBe(text)
  })

  test.each(plants)('“$name” has a check that is there', ({ check }) => {
    if (check.by === 'test') expect(read(check.file)).toContain(check.name)
    else for (const id of check.only.split(',')) expect(faults.map((fault) => fault.id)).toContain(id)
  })

  test('whose place is gone, or there twice, is an error', () => {
    const plant: Plant = { name: 'x', file: 'f', find: 'a', replace: 'b', check: { by: 'faults', only: 'F1' } }
    expect(() => plantInto('', plant)).toThrow('0 times')
    expect(() => plantInto('aa', plant)).toThrow('2 times')
    expect(plantInto('xay', plant)).toBe('xby')
  })

  test('is literal, whatever letters it has', () => {
    const plant: Plant = { name: 'x', file: 'f', find: 'a', replace: "$&$'", check: { by: 'faults', only: 'F1' } }
    expect(plantInto('a', plant)).toBe("$&$'")
  })
})
