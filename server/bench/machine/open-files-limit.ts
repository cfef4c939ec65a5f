import { readFileSync } from 'node:fs'

/** How many files a process of ours may have open at most: the hard limit, which Node raises itself to. */
export function openFilesLimit(limits = readFileSync('/proc/self/limits', 'utf8')): number {
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1]
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard ?? 1_024)
}
