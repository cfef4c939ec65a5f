import { type Profiler, Session } from 'node:inspector'

/** What code has run, as V8 counts it in this very process. */
export interface Coverage {
  /** The ways that were taken through functions since the last look, a name each: a function, and which of its blocks ran. */
  take(): Set<string>
  stop(): void
}

/**
 * Counts from now on what runs of the scripts that `isOurs` accepts by their URL. V8 tells the blocks of functions only that it compiles
 * from then on: so it is started once in a process, before the code in question has run.
 */
export function startCoverage(isOurs: (url: string) => boolean): Coverage {
  const session = new Session()
  session.connect()
  // In the same thread the inspector answers before `post` returns.
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const take = (): Set<string> => {
    let scripts: Profiler.ScriptCoverage[] = []
    session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error
      scripts = answer.result
    })
    return new Set(scripts.filter(({ url }) => isOurs(url)).flatMap(waysOf))
  }
  take()
  return {
    take,
    stop() {
      session.post('Profiler.stopPreciseCoverage')
      session.disconnect()
    },
  }
}

/** A block that ran as often as the one around it is not told apart, so only all blocks of a function together tell its way. */
const waysOf = ({ scriptId, functions }: Profiler.ScriptCoverage): string[] =>
  functions
    .filter(({ ranges: [whole] }) => whole !== undefined && whole.count > 0)
    .map(
      ({ ranges }) =>
        `${scriptId}:${ranges.map(({ startOffset, endOffset, count }) => `${startOffset}-${endOffset}${count > 0 ? '+' : '-'}`)}`,
    )
