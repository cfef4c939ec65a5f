import { Outbox, type OutboxEntry } from './outbox.ts'
import type { ClientParts } from './parts.ts'
import type { TokenOwner } from './visitor-token.ts'

export interface VisitorOutboxesOptions extends Pick<ClientParts, 'tabs'> {
  siteKey: string
  driver: ClientParts['outbox']
  onError(cause: unknown): void
}

/** The outboxes of one site on this device: one for each visitor, and others for what was written before it was known who writes. [R26] */
export class VisitorOutboxes {
  readonly #options: VisitorOutboxesOptions
  /** The site's name of the person it vouches for, once it has said it. */
  #sub: string | undefined

  constructor(options: VisitorOutboxesOptions) {
    this.#options = options
  }

  /** Sets the site's name of the person. Tells whether that is news. */
  name(sub: unknown): boolean {
    const before = this.#sub
    this.#sub = typeof sub === 'string' ? sub : undefined
    return this.#sub !== before
  }

  of(owner: string): Outbox {
    const { driver, tabs, onError } = this.#options
    return new Outbox({ owner, driver, tabs, onError })
  }

  /**
   * For somebody without a session. `isAnybody`: the page does not say who writes. One that does, but has not yet, can only keep messages
   * in memory.
   */
  early(isAnybody: boolean): Outbox | undefined {
    const [anybody, named] = this.#earlyOnes
    return named ?? (isAnybody ? anybody : undefined)
  }

  /** What pages that are gone have left: the visitor's own, and what was written on this device before it was known who they are. */
  async adopt(visitor: string, earlier?: TokenOwner): Promise<OutboxEntry[]> {
    const own = this.of(visitor)
    const outboxes = [own, ...this.#earlyOnes]
    if (earlier && !earlier.identified) outboxes.push(this.of(earlier.id))
    return (await Promise.all(outboxes.map((outbox) => outbox.adopt(own)))).flat()
  }

  /** Forgets all this visitor has left. */
  async clear(visitor = ''): Promise<void> {
    await Promise.all([this.of(visitor), ...this.#earlyOnes].map((outbox) => outbox.clear()))
  }

  get #earlyOnes(): Outbox[] {
    const anybody = `new.${this.#options.siteKey}`
    return [anybody, ...(this.#sub ? [`${anybody}.${this.#sub}`] : [])].map((owner) => this.of(owner))
  }
}
