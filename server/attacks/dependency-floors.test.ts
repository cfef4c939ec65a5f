import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { belowFloor, floors, type LockFile, unpinned } from './dependency-floors.ts'

const lockFile = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')) as LockFile
const lock = (packages: LockFile['packages']): LockFile => ({ packages })

describe('[S40] the packages we stand on', () => {
  test('none is below the version that closed a hole we know of', () => expect(belowFloor(lockFile)).toEqual([]))

  test('the content of each is pinned by a SHA-512', () => expect(unpinned(lockFile)).toEqual([]))

  test('the floors are about packages that are there', () => {
    const there = Object.keys(floors).filter((name) => `node_modules/${name}` in lockFile.packages)
    expect(there).toEqual(expect.arrayContaining(['preact', 'hono', 'drizzle-orm', 'ws', 'valibot']))
  })
})

describe('the look at a lock file', () => {
  test('finds an old copy, also one inside another package', () => {
    expect(belowFloor(lock({ 'node_modules/ws': { version: '8.17.1' }, 'node_modules/x/node_modules/ws': { version: '7.5.9' } }))).toEqual([
      expect.stringContaining('node_modules/x/node_modules/ws 7.5.9 is below 8.17.1'),
    ])
  })

  test('does not take one name for another', () => expect(belowFloor(lock({ 'node_modules/@types/ws': { version: '1.0.0' } }))).toEqual([]))

  test('finds a package without a SHA-512', () => {
    const packages = {
      'node_modules/a': { resolved: 'https://registry.example/a.tgz', integrity: 'sha1-x' },
      'node_modules/b': { link: true, resolved: 'b' },
    }
    expect(unpinned(lock(packages))).toEqual(['node_modules/a'])
  })
})
