import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { removeMark, writeMark } from './process-mark.ts'
import { type Child, type Command, startChild } from './start-child.ts'
import { withTimeout } from './with-timeout.ts'

/** What is kept running, and how one sees that it works. Times in ms. */
export interface SuperviseOptions {
  command: Command
  /** Stands for the process, so that a later start can end what a killed one left behind. */
  markFile: string
  /** Uses it as its clients do; throws when that fails. */
  check: () => Promise<void>
  /** Decides that it is up; the same check by default. */
  ready?: () => Promise<void>
  log: Log
  onLine?: (line: string) => void
  /** Called before each start: clears what a killed predecessor left. */
  beforeStart?: () => void
  readyTimeoutMs?: number
  checkEveryMs?: number
  checkTimeoutMs?: number
  /** Longest a stop may take before it is forced. */
  stopGraceMs?: number
}

/** A program that is kept running. */
export interface Supervised {
  /** The process of the moment; undefined between two. */
  pid(): number | undefined
  /** How often it has been started. */
  starts(): number
  stop(): Promise<void>
}

/** Starts that may fail before the first success. */
const firstTries = 3
/** Checks that may fail in a row before a program that hangs is killed. */
const checksMissed = 3

/** The wait before a start, after `failures` in a row that did not last: 0.2 s, doubling up to 10 s. */
export const restartDelayMs = (failures: number): number => Math.min(10_000, 200 * 2 ** Math.max(0, failures - 1))

/** A run this long counts as a success: the next failure is the first of its row. */
const lastingMs = 30_000

/**
 * Keeps a program running: starts it, sees that it works, starts it again when it ends or hangs. Resolves when it works for the
 * first time; throws, with its last words, when it does not get there.
 */
export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  const { command, markFile, log, onLine, beforeStart, stopGraceMs = 10_000 } = options
  const stopping = new AbortController()
  let child: Child | undefined
  let starts = 0

  const start = async (): Promise<Child> => {
    beforeStart?.()
    const started = await startChild(command, onLine)
    child = started
    starts += 1
    writeMark(markFile, started.pid)
    return started
  }
  const keepRunning = async (first: Child): Promise<void> => {
    let failures = 0
    for (let current = first; !stopping.signal.aborted; ) {
      const since = Date.now()
      const reason = await endOrHang(current, options, stopping.signal)
      if (stopping.signal.aborted) return
      failures = Date.now() - since > lastingMs ? 1 : failures + 1
      const delayMs = restartDelayMs(failures)
      log.warn({ name: command.name, reason, delayMs }, `${command.name} has ended; starting it again`)
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      current = await start()
      await becomeReady(current, options).catch((error: Error) => log.warn({ name: command.name, reason: error.message }, 'not ready yet'))
    }
  }

  const first = await startFirst(start, options)
  const life = keepRunning(first).catch((error: Error) =>
    log.error({ name: command.name, reason: error.message }, `unable to keep ${command.name} running`),
  )
  const stop = async (): Promise<void> => {
    stopping.abort()
    await child?.stop(stopGraceMs)
    await life
    // A start that was under way when the stop came.
    await child?.stop(stopGraceMs)
    removeMark(markFile)
  }
  return { pid: () => (child?.isRunning() ? child.pid : undefined), starts: () => starts, stop }
}

async function startFirst(start: () => Promise<Child>, options: SuperviseOptions): Promise<Child> {
  for (let attempt = 1; ; attempt++) {
    const child = await start()
    try {
      await becomeReady(child, options)
      return child
    } catch (error) {
      await child.stop()
      if (attempt === firstTries) throw error
      await sleep(restartDelayMs(attempt + 1))
    }
  }
}

async function becomeReady(child: Child, options: SuperviseOptions): Promise<void> {
  const { command, check, ready = check, readyTimeoutMs = 60_000, checkTimeoutMs = 5_000 } = options
  const end = Date.now() + readyTimeoutMs
  for (;;) {
    if (!child.isRunning()) throw new Error(`unable to start ${command.name}; ${await child.ended}, its last words:\n${child.lastWords()}`)
    try {
      await withTimeout(ready(), checkTimeoutMs)
      return
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'it does not work'
      if (Date.now() > end) throw new Error(`unable to start ${command.name}; after ${readyTimeoutMs / 1000} s: ${reason}`, { cause })
    }
    await sleep(50)
  }
}

/** Resolves with the reason when the program has ended, by itself or because it hung and was killed. */
async function endOrHang(child: Child, options: SuperviseOptions, stopping: AbortSignal): Promise<string> {
  const { check, checkEveryMs = 5_000, checkTimeoutMs = 5_000 } = options
  let missed = 0
  while (child.isRunning()) {
    await Promise.race([child.ended, sleep(checkEveryMs, undefined, { signal: stopping }).catch(() => {})])
    if (!child.isRunning() || stopping.aborted) break
    const worked = await withTimeout(check(), checkTimeoutMs).then(
      () => true,
      () => false,
    )
    missed = worked ? 0 : missed + 1
    if (missed < checksMissed) continue
    child.signal('SIGKILL')
    return `it did not answer ${checksMissed} times; ${await child.ended}`
  }
  return stopping.aborted ? 'stopped' : child.ended
}
