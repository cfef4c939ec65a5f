import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { catalogue } from './catalogue.ts'
import { faults } from './nemesis.ts'

const root = resolve(import.meta.dirname, '../..')

test('F1 to F58 are all there, once each', () => {
  expect(catalogue.map(({ id }) => id)).toEqual(Array.from({ length: 58 }, (_, index) => `F${index + 1}`))
})

test.each(catalogue)('$id says how it is shown, and that is there', ({ proofs }) => {
  expect(proofs.length).toBeGreaterThan(0)
  for (const proof of proofs) {
    if (proof.by === 'nemesis') expect(faults.map(({ id }) => id)).toContain(proof.id)
    else if (proof.by === 'test') expect(readFileSync(join(root, proof.file), 'utf8')).toContain(proof.name)
    else if (proof.by === 'report') expect(existsSync(join(root, proof.file))).toBe(true)
    else expect(proof.reason).not.toBe('')
  }
})

test('every fault of the nemesis that has a number of the catalogue stands there', () => {
  const shown = new Set(catalogue.flatMap(({ proofs }) => proofs.flatMap((proof) => (proof.by === 'nemesis' ? [proof.id] : []))))
  expect(faults.filter(({ id }) => id.startsWith('F') && !shown.has(id))).toEqual([])
})

test('the faults that every commit is held against have a test of their own', () => {
  const gate = ['F7', 'F8', 'F10', 'F12', 'F23', 'F24', 'F25', 'F26', 'F27', 'F28', 'F42', 'F43', 'F44', 'F45']
  const tested = catalogue.filter(({ proofs }) => proofs.some(({ by }) => by === 'test')).map(({ id }) => id)
  expect(gate.filter((id) => !tested.includes(id))).toEqual([])
})
