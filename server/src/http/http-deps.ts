import type { ThreadPage } from '@usher-chat/sdk/protocol'
import type { Hono } from 'hono'
import type { AgentSessions } from '../access/agent-sessions.ts'
import type { Keys } from '../access/keys.ts'
import type { Passwords } from '../access/passwords.ts'
import type { Revocations } from '../access/revocations.ts'
import type { Sites } from '../access/sites.ts'
import type { Config } from '../config.ts'
import type { Db } from '../db/connect-db.ts'
import type { ThreadQuestion } from '../db/read-thread.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Readiness } from './readiness.ts'
import type { WidgetFiles } from './widget-files.ts'

export type HttpConfig = Pick<
  Config,
  'url' | 'USHER_LOGINS' | 'USHER_SESSIONS' | 'USHER_TRUST_PROXY' | 'USHER_METRICS_TOKEN' | 'USHER_AGENT_GONE_MS'
>

/** Everything HTTP needs from the rest of the server. */
export interface HttpDeps {
  config: HttpConfig
  db: Db
  log: Log
  metrics: Metrics
  /** ms since 1970. */
  now: () => number
  keys: Keys
  sites: Sites
  revocations: Revocations
  passwords: Passwords
  agentSessions: AgentSessions
  /** The life of the stream that was settled last; undefined before the first. */
  epoch: () => number | undefined
  readThread: (question: ThreadQuestion) => Promise<ThreadPage>
  /** The seq at which the stream ends now. */
  endOfStream: () => Promise<number>
  /** Tells the router, on whatever server, that something it cares for has changed in Postgres. */
  wakeRouter: () => void
  readiness: () => Promise<Readiness>
  widget: WidgetFiles
  /** The demo page, mounted at /demo. */
  demo?: Hono | undefined
}
