import { decode, encode, id, subjects } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import type { Bus } from '../bus/bus.ts'
import type { Db } from '../db/connect-db.ts'
import { sql, revocations as table } from '../db/orm.ts'
import type { Log } from '../log.ts'

/** Tokens of `id` (a visitor or an agent) issued before `notBefore`, ms since 1970, are refused. */
export type Revocation = Readonly<{ id: string; notBefore: number }>

const revocation = v.object({ id, notBefore: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) })

/** Whose tokens are worth nothing any more, on every server. */
export interface Revocations {
  /** Is a token of this id, issued then (ms since 1970), refused? */
  isRevoked(id: string, issuedAt: number): boolean
  /** The earliest moment a token of this id may bear to be accepted, ms since 1970; 0 when nothing is revoked. */
  notBefore(id: string): number
  /** Refuses all tokens issued so far: stored first, then told to every server. */
  revoke(id: string): Promise<void>
  /** Tells every revocation this server hears of, its own too. Returns the way to stop listening. */
  onRevoked(listener: (revocation: Revocation) => void): () => void
  /** Reads what is stored, for what was missed on the bus. */
  refresh(): Promise<void>
  stop(): void
}

export interface RevocationsOptions {
  db: Db
  bus: Pick<Bus, 'emit' | 'subscribe'>
  log: Log
  now: () => number
  /** Between two looks at the table, ms. */
  refreshMs?: number
}

/** Starts listening at once; `refresh()` once before the first token is judged. */
export function createRevocations({ db, bus, log, now, refreshMs = 30_000 }: RevocationsOptions): Revocations {
  const known = new Map<string, number>()
  const listeners = new Set<(revocation: Revocation) => void>()

  function learn({ id, notBefore }: Revocation): void {
    if (notBefore <= (known.get(id) ?? 0)) return
    known.set(id, notBefore)
    for (const listener of listeners) listener({ id, notBefore })
  }

  async function refresh(): Promise<void> {
    const rows = await db.orm.select().from(table)
    for (const row of rows) learn({ id: row.id, notBefore: row.notBefore.getTime() })
  }

  const unsubscribe = bus.subscribe(subjects.revoked, ({ data }) => {
    const heard = decode(revocation, data)
    if (heard) learn(heard)
  })
  const timer = setInterval(() => {
    refresh().catch((error: unknown) => log.warn({ reason: String(error) }, 'unable to read the revocations; trying again'))
  }, refreshMs)
  timer.unref()

  return {
    isRevoked: (id, issuedAt) => issuedAt < (known.get(id) ?? 0),
    notBefore: (id) => known.get(id) ?? 0,
    async revoke(id) {
      // The times in NATS tokens are whole seconds: all of this second must be refused, so the next valid one is the next second.
      const notBefore = (Math.floor(now() / 1000) + 1) * 1000
      await store(db, { id, notBefore })
      learn({ id, notBefore })
      bus.emit(subjects.revoked, encode({ id, notBefore }))
    },
    onRevoked(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    refresh,
    stop() {
      clearInterval(timer)
      unsubscribe()
    },
  }
}

async function store(db: Db, { id, notBefore }: Revocation): Promise<void> {
  const row = { id, notBefore: new Date(notBefore) }
  // Two servers may revoke at once: the later moment holds.
  const set = { notBefore: sql`greatest(${table.notBefore}, excluded.not_before)` }
  await db.orm.insert(table).values(row).onConflictDoUpdate({ target: table.id, set })
}
