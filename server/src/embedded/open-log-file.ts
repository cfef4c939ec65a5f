import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** A log file takes this much, bytes; then it becomes `<name>.old.log` and a new one begins. */
const roomBytes = 32 * 1024 * 1024

/** Opens `<dir>/<name>.log` for appending and gives the function that writes a line. */
export function openLogFile(dir: string, name: string): (line: string) => void {
  mkdirSync(dir, { recursive: true })
  const path = join(dir, `${name}.log`)
  let file = openSync(path, 'a', 0o600)
  let size = fstatSync(file).size
  return (line) => {
    size += writeSync(file, `${line}\n`)
    if (size < roomBytes) return
    closeSync(file)
    renameSync(path, join(dir, `${name}.old.log`))
    file = openSync(path, 'a', 0o600)
    size = 0
  }
}
