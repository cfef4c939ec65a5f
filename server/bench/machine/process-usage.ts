import { readFileSync } from 'node:fs'

/** What processes have used so far. */
export interface Usage {
  /** CPU seconds, user and system, since their start. */
  cpuSeconds: number
  /** Memory they alone hold and their share of what they hold together, bytes. */
  memoryBytes: number
}

/** Ticks a second of `/proc/<pid>/stat`; the same on every Linux of today. */
const ticksPerSecond = 100

/** CPU seconds of `/proc/<pid>/stat`: its own, and with `reaped` those of its children that have ended. */
export function cpuSecondsOf(stat: string, reaped: boolean): number {
  // The name in brackets may hold spaces; the fields behind it do not. utime is the 14th of the line, so the 12th behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, reaped ? 15 : 13).reduce((sum, field) => sum + Number(field), 0)
  return ticks / ticksPerSecond
}

/** `Pss` of `/proc/<pid>/smaps_rollup`, bytes: pages shared by several processes are counted once in all. */
export function memoryBytesOf(rollup: string): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1_024
}

/** A process and all below it; zeros for one that has ended. */
export function usageOf(pid: number): Usage {
  const own = readOne(pid)
  return childrenOf(pid)
    .map(usageOf)
    .reduce((sum, child) => add(sum, child), own)
}

/** Several processes that make one part. */
export const usageOfAll = (pids: readonly number[]): Usage => pids.map(usageOf).reduce(add, { cpuSeconds: 0, memoryBytes: 0 })

const add = (a: Usage, b: Usage): Usage => ({ cpuSeconds: a.cpuSeconds + b.cpuSeconds, memoryBytes: a.memoryBytes + b.memoryBytes })

function readOne(pid: number): Usage {
  try {
    return {
      cpuSeconds: cpuSecondsOf(readFileSync(`/proc/${pid}/stat`, 'utf8'), true),
      memoryBytes: memoryBytesOf(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')),
    }
  } catch {
    return { cpuSeconds: 0, memoryBytes: 0 }
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
