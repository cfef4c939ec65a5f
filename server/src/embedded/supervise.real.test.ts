import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { silentLog } from '../log.ts'
import { endMarked, readMark, writeMark } from './process-mark.ts'
import { type Child, startChild } from './start-child.ts'
import { restartDelayMs, type Supervised, type SuperviseOptions, supervise } from './supervise.ts'

let dir: string
let supervised: Supervised | undefined
const children: Child[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'usher-supervise-'))
})

afterEach(async () => {
  await supervised?.stop()
  supervised = undefined
  for (const child of children.splice(0)) child.signal('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

/** A program that says it is up by a file, and ends on SIGTERM unless told otherwise. */
function program(text = "fs.writeFileSync('up', ''); setInterval(() => {}, 1000)"): SuperviseOptions {
  return {
    command: { name: 'the program', command: process.execPath, args: ['-e', `const fs = require('node:fs'); ${text}`], cwd: dir },
    markFile: join(dir, 'program.json'),
    check: async () => void readFileSync(join(dir, 'up')),
    log: silentLog,
    checkEveryMs: 20,
    checkTimeoutMs: 500,
    stopGraceMs: 300,
  }
}

async function started(command = "console.log('up'); setInterval(() => {}, 1000)"): Promise<Child> {
  const child = await startChild({ name: 'child', command: process.execPath, args: ['-e', command] })
  children.push(child)
  await vi.waitFor(() => expect(child.lastWords()).toContain('up'))
  return child
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a supervised program', () => {
  test('[P10] is started again when it is killed', async () => {
    supervised = await supervise(program())
    const first = supervised.pid() ?? 0
    process.kill(first, 'SIGKILL')
    await vi.waitFor(() => expect(supervised?.starts()).toBe(2))
    await vi.waitFor(() => expect(isAlive(supervised?.pid() ?? first)).toBe(true))
    expect(supervised.pid()).not.toBe(first)
  })

  test('[P10] that hangs is killed and started again', async () => {
    supervised = await supervise(program())
    rmSync(join(dir, 'up'))
    await vi.waitFor(() => expect(supervised?.starts()).toBe(2), { timeout: 5_000 })
  })

  test('[P10] ends with its supervisor, and leaves no mark behind', async () => {
    const options = program()
    supervised = await supervise(options)
    const pid = supervised.pid() ?? 0
    expect(readMark(options.markFile)).toBe(pid)
    await supervised.stop()
    expect(isAlive(pid)).toBe(false)
    expect(readMark(options.markFile)).toBeUndefined()
  })

  test('[P10] that does not listen to SIGTERM is killed after its grace', async () => {
    supervised = await supervise(program("process.on('SIGTERM', () => {}); fs.writeFileSync('up', ''); setInterval(() => {}, 1000)"))
    const pid = supervised.pid() ?? 0
    await supervised.stop()
    expect(isAlive(pid)).toBe(false)
  })

  test('that can not start fails with its last words', async () => {
    await expect(supervise(program("console.error('the disk is full'); process.exit(3)"))).rejects.toThrow(
      'unable to start the program; exit code 3, its last words:\nthe disk is full',
    )
  })

  test('is given more time after every failure, up to ten seconds', () => {
    expect([1, 2, 3, 6, 7, 20].map(restartDelayMs)).toEqual([200, 400, 800, 6_400, 10_000, 10_000])
  })
})

describe('a mark', () => {
  test('[P10] lets a later start end what a killed one left behind', async () => {
    const child = await started()
    const path = join(dir, 'left.json')
    writeMark(path, child.pid)
    expect(await endMarked(path, 'SIGTERM')).toBe(true)
    await child.ended
    expect(await endMarked(path, 'SIGTERM')).toBe(false)
  })

  test('[P10] never ends a process that is not the one it was written for', async () => {
    const child = await started()
    const path = join(dir, 'other.json')
    writeFileSync(path, JSON.stringify({ pid: child.pid, identity: 'an earlier start of the machine 12345' }))
    expect(await endMarked(path, 'SIGKILL')).toBe(false)
    expect(child.isRunning()).toBe(true)
  })

  test('is written by one only', () => {
    const path = join(dir, 'run', 'start.json')
    expect(writeMark(path, process.pid, true)).toBe(true)
    expect(writeMark(path, process.pid, true)).toBe(false)
    expect(readMark(path)).toBe(process.pid)
  })
})
