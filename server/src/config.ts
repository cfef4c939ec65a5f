import { readFileSync } from 'node:fs'
import * as v from 'valibot'

const positive = (fallback: number) => v.optional(v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1)), String(fallback))
const count = (fallback: number) => v.optional(v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(0)), String(fallback))
const flag = (fallback: boolean) =>
  v.optional(
    v.pipe(
      v.picklist(['1', '0', 'true', 'false']),
      v.transform((text) => text === '1' || text === 'true'),
    ),
    fallback ? '1' : '0',
  )

const roles = ['http', 'edge', 'router', 'history', 'presence'] as const
export type Role = (typeof roles)[number]

/** Every variable the server reads, its default and its unit. Secrets may come from a file named by `<NAME>_FILE`. */
const environment = v.object({
  /** TCP port of HTTP and the edge. */
  PORT: count(8080),
  /** Address to bind; loopback unless told otherwise. */
  HOST: v.optional(v.string(), '127.0.0.1'),
  /** The address browsers see, scheme and host, no trailing slash; default `http://<HOST>:<PORT>`. */
  USHER_URL: v.optional(
    v.pipe(
      v.string(),
      v.url(),
      v.transform((url) => url.replace(/\/+$/, '')),
    ),
  ),
  DATABASE_URL: v.pipe(v.string(), v.nonEmpty()),
  NATS_URL: v.pipe(v.string(), v.nonEmpty()),
  /** JSON file with the keys and credentials the servers need; written by the embedded start, see access/keys.ts. */
  USHER_KEYS: v.pipe(v.string(), v.nonEmpty()),
  /** Which stations run in this process. */
  USHER_ROLES: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.split(',').map((role) => role.trim())),
      v.array(v.picklist(roles)),
    ),
    roles.join(','),
  ),
  /** Replicas of the stream: 1, or 3 on a cluster. */
  USHER_REPLICAS: positive(1),
  /** Token buckets of a visitor at the edge, per 10 s. */
  USHER_VISITOR_MESSAGES: positive(20),
  USHER_VISITOR_PULSES: positive(40),
  /** Token buckets of an agent at the edge, per 10 s. */
  USHER_AGENT_MESSAGES: positive(200),
  USHER_AGENT_PULSES: positive(400),
  /** Handshakes one IP may open in 10 s. */
  USHER_HANDSHAKES: positive(60),
  /** Sessions one IP may start in 10 s. */
  USHER_SESSIONS: positive(60),
  /** Logins one IP or one e-mail may try in 60 s. */
  USHER_LOGINS: positive(10),
  /** Sockets of one visitor. */
  USHER_VISITOR_SOCKETS: positive(5),
  /** Trust `X-Forwarded-For` (only behind a proxy that sets it). */
  USHER_TRUST_PROXY: flag(false),
  /** Token for /metrics from anywhere but loopback; without it only loopback may read. */
  USHER_METRICS_TOKEN: v.optional(v.string()),
  /** Serve the demo page and accept its site. */
  USHER_DEMO: v.optional(v.string()),
  /** Silence of an agent's heartbeats after which their conversations go back to the queue, ms. */
  USHER_AGENT_GONE_MS: positive(30_000),
  USHER_LOG: v.optional(v.picklist(['debug', 'info', 'warn', 'error', 'silent']), 'info'),
})

export type Config = Readonly<v.InferOutput<typeof environment> & { url: string }>

/** Reads and checks the environment once. Throws one error that names every variable that is missing or wrong. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const read = checked(environment, withFiles(env, environment.entries))
  return Object.freeze({ ...read, url: read.USHER_URL ?? `http://${read.HOST}:${read.PORT}` })
}

function checked<Schema extends v.GenericSchema>(schema: Schema, env: Record<string, string>): v.InferOutput<Schema> {
  const result = v.safeParse(schema, env, { abortPipeEarly: true })
  if (result.success) return result.output
  const reasons = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'environment'}: ${issue.message}`)
  throw new Error(`unable to read the configuration; ${reasons.join('; ')}`)
}

function withFiles(env: NodeJS.ProcessEnv, known: object): Record<string, string> {
  const read: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value === '') continue
    if (name.endsWith('_FILE') && name.slice(0, -5) in known) read[name.slice(0, -5)] = readFileSync(value, 'utf8').trim()
    else read[name] = value
  }
  return read
}

/** What the embedded start reads on top: which parts it brings along, and where it keeps them. */
const startEnvironment = v.object({
  PORT: count(8080),
  HOST: v.optional(v.string(), '127.0.0.1'),
  USHER_URL: environment.entries.USHER_URL,
  /** Folder of keys, data, logs and `demo.json`; default `.usher` in the project's folder. */
  USHER_HOME: v.optional(v.string()),
  /** Servers of your own instead of the embedded ones. */
  DATABASE_URL: v.optional(v.string()),
  NATS_URL: v.optional(v.string()),
  /** The nats-server to run. */
  NATS_SERVER_BIN: v.optional(v.string()),
  /** When nats-server syncs its store to disk: once a second, or for every message. */
  USHER_NATS_SYNC: v.optional(v.picklist(['1s', 'always']), '1s'),
  USHER_REPLICAS: positive(1),
  PATH: v.optional(v.string(), ''),
})

export type StartConfig = Readonly<v.InferOutput<typeof startEnvironment>>

/** Reads and checks the environment of the embedded start. Throws like `readConfig`. */
export function readStartConfig(env: NodeJS.ProcessEnv): StartConfig {
  return Object.freeze(checked(startEnvironment, withFiles(env, startEnvironment.entries)))
}
