import type { AgentCard, AgentId } from '@usher-chat/sdk/protocol'
import type { Db } from './connect-db.ts'

/** How long a name may be out of date, ms. */
const freshMs = 10_000

/** Looks up how agents are shown; ids of nobody are left out. */
export type AgentCards = (ids: readonly AgentId[]) => Promise<Map<AgentId, AgentCard>>

/** A look-up that asks Postgres once in ten seconds per agent, however many threads are read. `now` in ms. */
export function createAgentCards({ db, now = Date.now }: { db: Pick<Db, 'query'>; now?: () => number }): AgentCards {
  const known = new Map<AgentId, { card: AgentCard | undefined; until: number }>()

  return async (ids) => {
    const wanted = [...new Set(ids)]
    const stale = wanted.filter((id) => (known.get(id)?.until ?? 0) <= now())
    if (stale.length > 0) {
      const rows = await db.query<{ id: string; name: string; avatarUrl: string | null }>(
        'select id, name, avatar_url as "avatarUrl" from agents where id = any($1)',
        [stale],
      )
      const cards = new Map(rows.map(({ id, name, avatarUrl }) => [id, { id, name, ...(avatarUrl === null ? {} : { avatarUrl }) }]))
      for (const id of stale) known.set(id, { card: cards.get(id), until: now() + freshMs })
    }
    return new Map(wanted.flatMap((id) => known.get(id)?.card ?? []).map((card) => [card.id, card]))
  }
}
