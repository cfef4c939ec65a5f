import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mountPowerDisk, whyNoDisks } from './power-disk.ts'

const megabytes = 2 ** 20

describe.skipIf(whyNoDisks() !== undefined)('a disk whose power is cut', () => {
  test('keeps what was synced, and loses what was not', async () => {
    await using disk = await mountPowerDisk(16 * megabytes)
    writeFileSync(join(disk.path, 'synced'), 'here to stay', { flush: true })
    const file = openSync(join(disk.path, 'written'), 'w')
    writeSync(file, 'only in memory')
    await disk.cut(async () => closeSync(file))
    expect(readFileSync(join(disk.path, 'synced'), 'utf8')).toBe('here to stay')
    expect((await readdir(disk.path)).includes('written') && readFileSync(join(disk.path, 'written'), 'utf8')).not.toBe('only in memory')
  })

  test('a full one takes nothing more until it is emptied', async () => {
    await using disk = await mountPowerDisk(16 * megabytes)
    const write = () => writeFileSync(join(disk.path, 'one more'), Buffer.alloc(64 * 1024), { flush: true })
    const empty = await disk.fill()
    expect(write).toThrow(/ENOSPC/)
    await empty()
    expect(write).not.toThrow()
  })
})
