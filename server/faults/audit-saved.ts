import type { Db } from '../src/db/connect-db.ts'
import type { Observed } from './observed.ts'

/** Checks, as soon as a screen says *saved*, that it is so. */
export interface SavedAudit {
  /** A screen says so now. */
  said(who: string, id: string): void
  stop(): Promise<void>
}

/** How often Postgres is asked, ms. */
const everyMs = 25

/**
 * Asks Postgres for every id right after a screen said it is saved. While Postgres does not answer, it is asked again: then a
 * notice that was too early may slip through, but none is blamed that was right.
 */
export function startSavedAudit(db: Db, observed: Observed): SavedAudit {
  let waiting: { who: string; id: string }[] = []
  let isStopped = false
  const ask = async (): Promise<void> => {
    const asked = waiting
    waiting = []
    if (asked.length === 0) return
    try {
      const rows = await db.query<{ id: string }>('select message_id as id from message_ids where message_id = any($1::uuid[])', [
        asked.map(({ id }) => id),
      ])
      const there = new Set(rows.map(({ id }) => id))
      observed.tooEarly.push(...asked.filter(({ id }) => !there.has(id)))
    } catch {
      waiting.push(...asked)
    }
  }
  const running = (async () => {
    while (!isStopped) {
      await ask()
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
    await ask()
  })()
  return {
    said: (who, id) => void waiting.push({ who, id }),
    async stop() {
      isStopped = true
      await running
    },
  }
}
