import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newId } from '@usher-chat/sdk/protocol'
import { generateKeys, type Keys, readKeys } from '../src/access/keys.ts'
import { mintAgentJwt, mintVisitorJwt, verifyUserJwt } from '../src/access/user-jwt.ts'
import { type EdgeLimitOptions, edgeLimits } from '../src/edge/limits.ts'
import type { OriginAllowed } from '../src/edge/origin-rule.ts'
import { type Edge, startEdge } from '../src/edge/start-edge.ts'
import { silentLog } from '../src/log.ts'
import { createMetrics } from '../src/metrics.ts'

/** Somebody with a token. */
export interface TestUser {
  id: string
  site: string
  jwt: string
}

/** An edge of a test's own, on a free port, with a clock that can be set forward. */
export interface TestEdge extends AsyncDisposable {
  readonly edge: Edge
  /** `ws://127.0.0.1:port/nats` */
  readonly url: string
  readonly keys: Keys
  readonly site: string
  visitor(options?: { id?: string; site?: string; ttlMs?: number }): TestUser
  agent(options?: { id?: string; sites?: string[] }): TestUser
  /** Sets the clock forward, ms. */
  advance(ms: number): void
  /** Revokes all tokens issued up to now. */
  revoke(id: string): void
  /** The value of one line of the metrics, 0 when it is not there. */
  counted(line: string): Promise<number>
}

export interface TestEdgeOptions {
  natsUrl: string
  keys?: Keys
  limits?: Partial<EdgeLimitOptions>
  originAllowed?: OriginAllowed
}

/** Generous, so that only tests of limits meet them. */
const generous: EdgeLimitOptions = {
  visitor: { messages: 10_000, pulses: 10_000, sockets: 5 },
  agent: { messages: 10_000, pulses: 10_000 },
  handshakes: 10_000,
}

export async function startTestEdge(options: TestEdgeOptions): Promise<TestEdge> {
  const keys = options.keys ?? readKeys(generateKeys(Date.now()).keys)
  const site = newId()
  const metrics = createMetrics()
  const revoked = new Map<string, number>()
  let ahead = 0
  const now = (): number => Date.now() + ahead
  const server = createServer()
  const edge = startEdge({
    server,
    natsUrl: options.natsUrl,
    verify: (jwt) => verifyUserJwt(keys, jwt, now()),
    isRevoked: (id, issuedAt) => issuedAt <= (revoked.get(id) ?? -1),
    originAllowed: options.originAllowed ?? (() => true),
    limits: edgeLimits({ ...generous, ...options.limits }),
    log: silentLog,
    metrics,
    now,
    ip: (request) => request.socket.remoteAddress ?? '',
    tickMs: 20,
  })
  edge.admit(true)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    edge,
    keys,
    site,
    url: `ws://127.0.0.1:${port}/nats`,
    visitor: ({ id = newId(), site: at = site, ttlMs } = {}) => {
      const { jwt } = mintVisitorJwt({ keys, site: at, visitor: id, now: now(), ...(ttlMs === undefined ? {} : { ttlMs }) })
      return { id, site: at, jwt }
    },
    agent: ({ id = newId(), sites = [site] } = {}) => ({ id, site, jwt: mintAgentJwt({ keys, sites, agent: id, now: now() }).jwt }),
    advance: (ms) => {
      ahead += ms
    },
    revoke: (id) => {
      revoked.set(id, now())
      edge.revoke(id)
    },
    counted: async (line) => {
      const found = (await metrics.text()).split('\n').find((text) => text.startsWith(`${line} `))
      return Number(found?.slice(line.length + 1) ?? 0)
    },
    [Symbol.asyncDispose]: async () => {
      await edge.stop()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
