import type { Author } from './protocol/rest.ts'

/** Names and pictures as far as heard: the live feed carries ids only. */
export class People {
  readonly #known = new Map<string, Author>()
  readonly #wondered = new Set<string>()

  /** Tells whether this was news. */
  learn(author: Author): boolean {
    const known = this.#known.get(author.id)
    if (author.name === undefined || (known?.name === author.name && known.avatarUrl === author.avatarUrl)) return false
    this.#known.set(author.id, author)
    return true
  }

  /** Tells, once for each agent without a name, that it is worth asking for it. */
  wonder({ role, id, name }: Author): boolean {
    if (role !== 'agent' || name !== undefined || this.#wondered.has(id)) return false
    this.#wondered.add(id)
    return true
  }

  /** The author with what is known of them. */
  named(author: Author): Author {
    return this.#known.get(author.id) ?? author
  }
}
