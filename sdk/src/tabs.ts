import { deferred } from './deferred.ts'
import { newId } from './protocol/ids.ts'

/** The tabs of one site on one device, told apart so that each message has one sender. */
export interface Tabs {
  /** This tab. */
  readonly self: string
  /** Tabs that live; undefined where that cannot be known. */
  living(): Promise<ReadonlySet<string> | undefined>
  /** Runs while no other tab runs under the same name, as far as the platform can tell. */
  exclusive(name: string, run: () => Promise<void>): Promise<void>
  release(): void
}

const prefix = 'usher.tab.'

/** Each tab holds a Web Lock for its life; the browser drops it when the tab crashes. Without locks every tab thinks it is alone. [R24] */
export function createTabs(locks: LockManager | undefined): Tabs {
  const self = newId()
  const held = deferred<void>()
  locks?.request(prefix + self, () => held.promise).catch(() => {})
  return {
    self,
    async living() {
      const state = await locks?.query().catch(() => undefined)
      return state && new Set(state.held?.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : [])))
    },
    exclusive: async (name, run) => (locks ? locks.request(`usher.${name}`, run) : run()),
    release: () => held.resolve(),
  }
}
