/** A site of Usher, and agents who serve it alone. */
export interface BenchSite {
  siteKey: string
  logins: readonly { email: string; password: string }[]
}

/** Whom the load generator talks to. `urls`: servers of one installation, taken in turn. */
export type Target =
  | { kind: 'usher'; urls: readonly string[]; sites: readonly BenchSite[] }
  | { kind: 'socket-io'; urls: readonly string[]; secret: string }
  | { kind: 'listen-notify'; urls: readonly string[]; secret: string }
  | { kind: 'floor'; port: number; jwt: string }
