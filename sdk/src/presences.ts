import type { Cancel, Clock } from './clock.ts'
import type { AgentId } from './protocol/ids.ts'
import type { Presence } from './protocol/messages.ts'
import { createState } from './readable.ts'

/** Heartbeats come this often, ms. [R10] */
export const heartbeatMs = 10_000
/** Silence after which a colleague counts as gone, ms. */
const silenceMs = 3 * heartbeatMs

export interface PresencesOptions {
  clock: Clock
  onChange(agent: AgentId, presence: Presence): void
}

/** Which colleagues are there, as far as heard. */
export class Presences {
  readonly now = createState<ReadonlyMap<AgentId, Presence>>(new Map())
  readonly #options: PresencesOptions
  readonly #expiries = new Map<AgentId, Cancel>()

  constructor(options: PresencesOptions) {
    this.#options = options
  }

  heard(agent: AgentId, presence: Presence): void {
    this.#expiries.get(agent)?.()
    this.#expiries.delete(agent)
    if (presence !== 'offline') {
      this.#expiries.set(
        agent,
        this.#options.clock.after(silenceMs, () => this.heard(agent, 'offline')),
      )
    }
    if (this.now.getSnapshot().get(agent) === presence) return
    this.now.set(new Map(this.now.getSnapshot()).set(agent, presence))
    this.#options.onChange(agent, presence)
  }

  clear(): void {
    for (const cancel of this.#expiries.values()) cancel()
    this.#expiries.clear()
    this.now.set(new Map())
  }
}
