import type { Caller, Hears, Line } from './dialect.ts'
import { dialectOf } from './dialect-of.ts'
import type { Target } from './target.ts'

/** The screens of a message, numbered: the first agent's, then the other agents', then the visitor's tabs. */
export const firstAgent = 0

/** What a run hears. */
export interface TalkHears {
  acked(n: number): void
  saved(n: number): void
  screen(n: number, screen: number): void
  failed(reason: string): void
}

export interface TalkShape {
  threads: number
  /** Tabs of each thread. */
  tabs: number
  /** The threads are dealt out to so many sites; default 1. */
  sites?: number
  /** Agents of each site, who see all its threads; default 1. */
  agents?: number
}

/** Threads of visitors, each open in some tabs, and agents who see all of them. */
export interface Talk {
  readonly threads: number
  /** Screens every message must reach. */
  readonly screens: number
  send(thread: number, n: number, text: string): void
  /** Replaces who hears. */
  hear(hears: TalkHears): void
  close(): Promise<void>
}

/** Dials in groups: a burst of thousands would measure the dialling. */
const atOnce = 50

const deaf: TalkHears = { acked() {}, saved() {}, screen() {}, failed() {} }

/** Opens all lines. Rejects when one is not let in. */
export async function openTalk(target: Target, { threads, tabs, sites = 1, agents = 1 }: TalkShape): Promise<Talk> {
  const dialect = dialectOf(target)
  const lines: Line[] = []
  const staff: Caller[] = []
  const senders: Line[] = []
  let hears = deaf
  const hearsOn = (screen: number): Hears => ({
    acked: (n) => hears.acked(n),
    saved: (n) => hears.saved(n),
    screen: (n) => hears.screen(n, screen),
    failed: (reason) => hears.failed(reason),
  })
  const onClose = (reason: string) => hears.failed(`a line was closed: ${reason}`)
  const dial = async (caller: Caller, screen: number): Promise<Line> => {
    const line = await caller.dial({ hears: hearsOn(screen), onClose })
    lines.push(line)
    return line
  }
  await inGroups(sites * agents, async (n) => {
    const nth = Math.floor(n / sites)
    const caller = await dialect.agent(n % sites, nth)
    staff.push(caller)
    await dial(caller, firstAgent + nth)
  })
  await inGroups(threads, async (thread) => {
    const caller = await dialect.visitor(thread % sites)
    senders[thread] = await dial(caller, agents)
    for (let tab = 1; tab < tabs; tab++) await dial(caller, agents + tab)
  })
  return {
    threads,
    screens: agents + tabs,
    send: (thread, n, text) => (senders[thread] as Line).send(n, text),
    hear(next) {
      hears = next
    },
    async close() {
      hears = deaf
      for (const line of lines) line.close()
      await Promise.all(staff.map((caller) => caller.leave?.()))
    },
  }
}

async function inGroups(count: number, open: (n: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, count - from) }, (_, i) => open(from + i)))
  }
}
