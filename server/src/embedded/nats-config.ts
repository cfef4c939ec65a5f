import { atLeast } from './at-least.ts'

/** What an embedded nats-server is configured with; its port is on loopback. */
export type NatsConfigOptions = Readonly<{
  /** As `nats-server --version` says it: `2.15.1`. */
  version: string
  port: number
  /** Folder of the message store, absolute. */
  storeDir: string
  /** The file of `natsAccounts`, relative to the configuration. */
  accountsFile: string
  /** How often the store is synced to disk: every message, or once a second. */
  sync: 'always' | '1s'
  /** Most the store may take of the disk, bytes. */
  maxStoreBytes: number
}>

/** Who may sign in: our operator and its accounts, built into the configuration. */
export type NatsAccounts = Readonly<{
  operatorJwt: string
  account: Readonly<{ publicKey: string; jwt: string }>
  system: Readonly<{ publicKey: string; jwt: string }>
}>

/** The part of a configuration that any nats-server needs to serve this installation. */
export function natsAccounts({ operatorJwt, account, system }: NatsAccounts): string {
  return text([
    `operator: ${operatorJwt}`,
    `system_account: ${system.publicKey}`,
    'resolver: MEMORY',
    'resolver_preload {',
    `  ${account.publicKey}: ${account.jwt}`,
    `  ${system.publicKey}: ${system.jwt}`,
    '}',
  ])
}

/**
 * The configuration of an embedded nats-server: JetStream, our accounts, loopback only. It has no WebSocket port: browsers
 * come in by the edge.
 *
 * `max_payload` 1 MB leaves room for the server's own events; the edge holds clients to 8 KiB. `max_pending` and
 * `write_deadline` cut a connection that stopped reading: 16 MB hold two full buffers of a worker (1,000 messages of 8 KiB),
 * and the edge cuts slow clients long before. `max_control_line` holds the longest token, 4 KiB, in one CONNECT.
 */
export function natsConfig({ version, port, storeDir, accountsFile, sync, maxStoreBytes }: NatsConfigOptions): string {
  return text([
    'server_name: usher',
    `listen: "127.0.0.1:${port}"`,
    `include "${accountsFile}"`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(storeDir)}`,
    `  max_file_store: ${maxStoreBytes}`,
    `  max_memory_store: ${64 * 1024 * 1024}`,
    ...(atLeast(version, '2.10.0') ? [`  sync_interval: ${sync}`] : []),
    '}',
    'max_payload: 1MB',
    'max_control_line: 8KB',
    'max_pending: 16MB',
    'write_deadline: "5s"',
    'ping_interval: "20s"',
    'ping_max: 2',
    'max_connections: 100000',
    `authorization: { timeout: ${authTimeoutSeconds} }`,
  ])
}

/**
 * How long a connection may take to prove who it is. nats-server's own 2 s are over before its turn comes when thousands dial again at once;
 * only the edge and our servers reach this port.
 */
const authTimeoutSeconds = 20

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`
