import type { Observed } from './observed.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'
import type { Cluster } from './start-cluster.ts'

/** What the nemesis has its hands on. */
export interface Stage {
  cluster: Cluster
  people: readonly Person[]
  observed: Observed
  /** Told once the stream has lost what it had. */
  onLoss: () => void
}

/** Which part a fault is about: two at once are about different ones. */
export type Part = 'server' | 'broker' | 'database' | 'network' | 'clients'

/** Something that goes wrong, and how it is put right. */
export interface Fault {
  /** As in the catalogue, or `N…` for one that is not in it. */
  id: string
  title: string
  part: Part
  /** Shortest and longest time it lasts, ms. */
  lasts: readonly [number, number]
  /** Makes it go wrong; resolves with what puts it right. `luck` chooses whom it hits. */
  inject(stage: Stage, luck: Random): Promise<() => Promise<void>>
  /** Needs broker and Postgres to be on disks whose power can be cut. */
  needsDisks?: true
  /** Why this machine cannot do it; undefined when it can. */
  cannot?: () => string | undefined
}
