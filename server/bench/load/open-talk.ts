import type { Hears, Line } from './dialect.ts'
import { dialectOf } from './dialect-of.ts'
import type { Target } from './target.ts'

/** Whose screen a message stands on. */
export type Screen = 'own' | 'tab' | 'agent'

/** What a run hears. */
export interface TalkHears {
  acked(n: number): void
  saved(n: number): void
  screen(n: number, screen: Screen): void
  failed(reason: string): void
}

/** Threads of visitors, each open in some tabs, and one agent who sees all of them. */
export interface Talk {
  readonly threads: number
  /** Screens every message must reach. */
  readonly screens: number
  send(thread: number, n: number, text: string): void
  /** Replaces who hears. */
  hear(hears: TalkHears): void
  close(): void
}

/** Dials in groups: a burst of thousands would measure the dialling. */
const atOnce = 50

const deaf: TalkHears = { acked() {}, saved() {}, screen() {}, failed() {} }

/** Opens all lines. Rejects when one is not let in. */
export async function openTalk(target: Target, { threads, tabs }: { threads: number; tabs: number }): Promise<Talk> {
  const dialect = dialectOf(target)
  const lines: Line[] = []
  const senders: Line[] = []
  let hears = deaf
  const hearsOn = (screen: Screen): Hears => ({
    acked: (n) => hears.acked(n),
    saved: (n) => hears.saved(n),
    screen: (n) => hears.screen(n, screen),
    failed: (reason) => hears.failed(reason),
  })
  const onClose = (reason: string) => hears.failed(`a line was closed: ${reason}`)
  const dial = async (caller: Awaited<ReturnType<typeof dialect.agent>>, screen: Screen): Promise<Line> => {
    const line = await caller.dial({ hears: hearsOn(screen), onClose })
    lines.push(line)
    return line
  }
  await dial(await dialect.agent(), 'agent')
  const openThread = async (thread: number): Promise<void> => {
    const caller = await dialect.visitor()
    senders[thread] = await dial(caller, 'own')
    for (let tab = 1; tab < tabs; tab++) await dial(caller, 'tab')
  }
  for (let from = 0; from < threads; from += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, threads - from) }, (_, i) => openThread(from + i)))
  }
  return {
    threads,
    screens: tabs + 1,
    send: (thread, n, text) => (senders[thread] as Line).send(n, text),
    hear(next) {
      hears = next
    },
    close() {
      hears = deaf
      for (const line of lines) line.close()
    },
  }
}
