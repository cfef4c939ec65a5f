import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { UsherError } from '@usher-chat/sdk/protocol'

/** argon2id as OWASP's first choice for servers: 19 MiB, 2 passes, 1 lane; about 50 ms. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const currentPrefix = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`

export interface Passwords {
  hash(password: string): Promise<string>
  /**
   * Is this the password behind `stored`? Without a stored hash the same work is done on a hash nobody has the password of, so that the
   * time does not tell whether the login exists. `rehash` is a new hash to store when the old one was made with other parameters.
   */
  verify(password: string, stored: string | undefined): Promise<{ ok: boolean; rehash?: string }>
}

/** Hashes passwords, few at once: each takes 19 MiB and a core. `maxWaiting` more may wait, the rest is refused with `rate_limited`. */
export function createPasswords({ maxAtOnce = 2, maxWaiting = 64 }: { maxAtOnce?: number; maxWaiting?: number } = {}): Passwords {
  const inTurn = createTurns(maxAtOnce, maxWaiting)
  const make = (password: string) => inTurn(() => hash(password, parameters))
  const dummy = hash(randomBytes(32), parameters)
  return {
    hash: make,
    async verify(password, stored) {
      const against = stored ?? (await dummy)
      const matches = await inTurn(() => verify(against, password))
      if (!matches || stored === undefined) return { ok: false }
      return stored.startsWith(currentPrefix) ? { ok: true } : { ok: true, rehash: await make(password) }
    },
  }
}

function createTurns(maxAtOnce: number, maxWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running < maxAtOnce) running++
    else {
      if (waiting.length >= maxWaiting)
        throw new UsherError('rate_limited', 'unable to log in; too many logins at once', { retryAfterMs: 2_000 })
      // Whoever finishes hands its place over, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
