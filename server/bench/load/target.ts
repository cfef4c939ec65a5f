/** Whom the load generator talks to. `urls`: servers of one installation, taken in turn. */
export type Target =
  | { kind: 'usher'; urls: readonly string[]; siteKey: string; login: { email: string; password: string } }
  | { kind: 'socket-io'; urls: readonly string[]; secret: string }
  | { kind: 'listen-notify'; urls: readonly string[]; secret: string }
  | { kind: 'floor'; port: number; jwt: string }
