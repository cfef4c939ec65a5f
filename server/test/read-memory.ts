import { readFileSync } from 'node:fs'

/** Bytes of memory a process holds now (its resident set); 0 when it has ended, and where there is no `/proc`. */
export function readMemory(pid: number): number {
  try {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(line?.[1] ?? 0) * 1_024
  } catch {
    return 0
  }
}
