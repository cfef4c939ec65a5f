import type { IdleState } from '../load/idle.ts'
import type { Load } from '../load/start-load.ts'
import { type Part, valueTarget } from '../report/figures.ts'
import type { Side } from '../sides/side.ts'

export interface StormOptions {
  sides: readonly Side[]
  load: Load
  visitors: number
  log: (line: string) => void
}

interface Storm extends IdleState {
  seconds: number
  /** Dials that ended between the handshake and the login: too late, or cut by the broker, which does not always say why. */
  lostLogins: number
}

const reasonsOf = (failures: Record<string, number>): string =>
  Object.entries(failures)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${count} × ${reason}`)
    .join('; ') || 'none'

/** Longest a storm may take, s. */
const patienceSeconds = 120

/** The server is killed under this many visitors: how long until the last one is back. */
export async function measureStorm({ sides, load, visitors, log }: StormOptions): Promise<Part> {
  const storms = new Map<string, Storm>()
  for (const side of sides) {
    const storm = await measureSide(side, load, visitors)
    storms.set(side.name, storm)
    log(`${side.name}: ${visitors} visitors back after ${storm.seconds.toFixed(1)} s; failed dials: ${JSON.stringify(storm.failures)}`)
  }
  const figure = (name: string, unit: string, read: (storm: Storm) => number) => ({
    name,
    unit,
    values: Object.fromEntries([...storms].map(([side, storm]) => [side, [read(storm)]])),
  })
  const [usher] = storms.values()
  return {
    title: 'Reconnect storm',
    notes: [
      `The server is killed under ${visitors.toLocaleString('en')} visitors and started again at once; they come back as the SDK does,`,
      'the first try within half a second, then with a fresh token and waits that double.',
      ...[...storms].map(([name, { failures }]) => `${name}, failed dials by reason: ${reasonsOf(failures)}.`),
    ],
    figures: [
      figure('all back after', 's', ({ seconds }) => seconds),
      figure('failed dials', '', ({ failures }) => Object.values(failures).reduce((sum, count) => sum + count, 0)),
      figure('dials lost before the login was through', '', ({ lostLogins }) => lostLogins),
    ],
    targets:
      usher === undefined
        ? []
        : [
            valueTarget(`storm of ${visitors.toLocaleString('en')}, all back`, usher.seconds, 's', { op: '≤', value: 15 }),
            valueTarget('storm, dials lost before the login was through', usher.lostLogins, '', { op: '≤', value: 0 }),
          ],
  }
}

async function measureSide(side: Side, load: Load, visitors: number): Promise<Storm> {
  try {
    await load.run('idle', { target: side.target, count: visitors })
    const began = performance.now()
    await side.killServer()
    const state = await untilBack(load, visitors)
    const lost = Object.entries(state.failures).filter(([reason]) => /login|authentication|timed out|broker away/i.test(reason))
    return { ...state, seconds: (performance.now() - began) / 1_000, lostLogins: lost.reduce((sum, [, count]) => sum + count, 0) }
  } finally {
    await load.run('idleClose', {})
  }
}

async function untilBack(load: Load, visitors: number): Promise<IdleState> {
  for (const end = performance.now() + patienceSeconds * 1_000; ; ) {
    const state = await load.run('idleState', {})
    if (state.cuts >= visitors && state.open >= visitors) return state
    if (performance.now() > end)
      throw new Error(`unable to end the storm; ${state.open} of ${visitors} are back: ${JSON.stringify(state.failures)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
