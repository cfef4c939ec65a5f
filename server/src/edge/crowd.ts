import type { ClientRole } from '@usher-chat/sdk/protocol'
import type { EdgeLimits } from './limits.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'

/** Who is connected, by id: all tabs of a visitor share one budget, also across reconnects. */
export interface Crowd<Member> {
  /** Adds a socket of this person; undefined when they have too many already. */
  join(role: ClientRole, id: string, member: Member, now: number): RateLimit | undefined
  leave(id: string, member: Member): void
  of(id: string): readonly Member[]
  /** Forgets those who are gone and owe nothing. */
  sweep(now: number): void
}

interface Person<Member> {
  readonly members: Set<Member>
  readonly rates: RateLimit
}

export function createCrowd<Member>(limits: EdgeLimits): Crowd<Member> {
  const people = new Map<string, Person<Member>>()
  return {
    join(role, id, member, now) {
      const person = people.get(id) ?? { members: new Set(), rates: createRateLimit(limits[role], now) }
      if (person.members.size >= limits[role].sockets) return undefined
      people.set(id, person)
      person.members.add(member)
      return person.rates
    },
    leave: (id, member) => void people.get(id)?.members.delete(member),
    of: (id) => [...(people.get(id)?.members ?? [])],
    sweep(now) {
      for (const [id, { members, rates }] of people) if (members.size === 0 && rates.isFull(now)) people.delete(id)
    },
  }
}
