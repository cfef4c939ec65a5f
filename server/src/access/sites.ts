import type { SiteId } from '@usher-chat/sdk/protocol'
import type { Db } from '../db/connect-db.ts'
import { sites as table } from '../db/orm.ts'
import type { Log } from '../log.ts'

/** A site as the doors need it. */
export interface Site {
  readonly id: SiteId
  /** The public key that stands in the page's tag. */
  readonly key: string
  readonly name: string
  /** Origins that may embed the widget, exactly as browsers send them. */
  readonly origins: readonly string[]
  readonly identitySecret: string
  readonly color: string
  readonly position: 'left' | 'right'
  /** The owner's own words; what is absent has a default. */
  readonly texts: Readonly<Partial<Record<'title' | 'greeting' | 'launcher', string>>>
  readonly typingPreview: boolean
}

/** All sites, held in memory. */
export interface Sites {
  /** Throws what Postgres threw when not one look at it has succeeded yet. */
  byKey(key: string): Promise<Site | undefined>
  byId(id: SiteId): Promise<Site | undefined>
  /** May a page of this origin embed this site (any site, when none is named)? Answers from what was read last. */
  allows(origin: string, site?: SiteId): boolean
  /** Reads them now. */
  refresh(): Promise<void>
  stop(): void
}

export interface SitesOptions {
  db: Db
  log: Log
  now: () => number
  /** Between two looks at the table, ms: how long a change of settings takes to arrive. */
  refreshMs?: number
}

interface Snapshot {
  at: number
  byKey: ReadonlyMap<string, Site>
  byId: ReadonlyMap<SiteId, Site>
  origins: ReadonlySet<string>
}

/** A question for something unknown may read the sites at once, but not more often than this, ms. */
const missPauseMs = 1_000

/**
 * Keeps all sites in memory and reads them again every few seconds: no request waits for Postgres, made-up keys cost no query, and while
 * Postgres is away every site goes on being known.
 */
export function createSites({ db, log, now, refreshMs = 5_000 }: SitesOptions): Sites {
  let held: Snapshot | undefined
  let reading: Promise<Snapshot> | undefined

  const read = (): Promise<Snapshot> => {
    reading ??= readSites(db, now)
      .then((snapshot) => (held = snapshot))
      .finally(() => (reading = undefined))
    return reading
  }
  const readOrKeep = (snapshot: Snapshot): Promise<Snapshot> =>
    read().catch((error: unknown) => {
      log.warn({ reason: String(error) }, 'unable to read the sites; going on with those known')
      return snapshot
    })

  async function find(pick: (snapshot: Snapshot) => Site | undefined): Promise<Site | undefined> {
    if (!held) return pick(await read())
    return pick(held) ?? (now() - held.at < missPauseMs ? undefined : pick(await readOrKeep(held)))
  }

  const timer = setInterval(() => {
    if (held) void readOrKeep(held)
  }, refreshMs)
  timer.unref()

  return {
    byKey: (key) => find((snapshot) => snapshot.byKey.get(key)),
    byId: (id) => find((snapshot) => snapshot.byId.get(id)),
    allows: (origin, site) => (site === undefined ? held?.origins.has(origin) : held?.byId.get(site)?.origins.includes(origin)) ?? false,
    refresh: async () => void (await read()),
    stop: () => clearInterval(timer),
  }
}

const columns = {
  id: table.id,
  key: table.key,
  name: table.name,
  origins: table.origins,
  identitySecret: table.identitySecret,
  color: table.color,
  position: table.position,
  texts: table.texts,
  typingPreview: table.typingPreview,
}

async function readSites(db: Db, now: () => number): Promise<Snapshot> {
  const at = now()
  const sites = await db.orm.select(columns).from(table)
  return {
    at,
    byKey: new Map(sites.map((site) => [site.key, site])),
    byId: new Map(sites.map((site) => [site.id, site])),
    origins: new Set(sites.flatMap((site) => site.origins)),
  }
}
