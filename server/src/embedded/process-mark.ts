import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as v from 'valibot'

/** A running process, and what tells it from a later one with the same number. */
const mark = v.object({ pid: v.pipe(v.number(), v.integer(), v.minValue(1)), identity: v.string() })

/** Writes down which process this file stands for. With `exclusive`, false when the file is there already. */
export function writeMark(path: string, pid: number, exclusive = false): boolean {
  mkdirSync(dirname(path), { recursive: true })
  const text = JSON.stringify({ pid, identity: identityOf(pid) ?? '' })
  try {
    writeFileSync(path, text, { flag: exclusive ? 'wx' : 'w' })
    return true
  } catch (error) {
    if (exclusive && existsSync(path)) return false
    throw error
  }
}

/** The process a file stands for, if it still runs; undefined when it has ended, or its number belongs to another now. */
export function readMark(path: string): number | undefined {
  if (!existsSync(path)) return undefined
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
  const read = v.safeParse(mark, json)
  return read.success && read.output.identity !== '' && identityOf(read.output.pid) === read.output.identity ? read.output.pid : undefined
}

export function removeMark(path: string): void {
  rmSync(path, { force: true })
}

/** Ends the process a file stands for, if it is still ours: asked first, killed when it has not ended after `graceMs`. */
export async function endMarked(path: string, stopSignal: NodeJS.Signals, graceMs = 10_000): Promise<boolean> {
  const pid = readMark(path)
  if (pid !== undefined) {
    signal(pid, stopSignal)
    const patience = Date.now() + graceMs
    while (readMark(path) === pid) {
      if (Date.now() > patience) signal(pid, 'SIGKILL')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  removeMark(path)
  return pid !== undefined
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended between the look and the signal.
  }
}

/** When a process started, as the machine tells it; undefined when there is none of this number. */
function identityOf(pid: number): string | undefined {
  try {
    return existsSync('/proc/self/stat')
      ? identityInProc(pid)
      : execFileSync('ps', ['-p', `${pid}`, '-o', 'lstart='], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

function identityInProc(pid: number): string | undefined {
  // The name in brackets may hold spaces; the fields behind it do not. Z: ended, and only its parent does not know yet.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return fields[0] === 'Z' ? undefined : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`
}
