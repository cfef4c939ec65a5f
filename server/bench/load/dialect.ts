/** What a line tells of message `n`; `n` is the generator's own number, carried in the message's id. */
export interface Hears {
  /** The sender was told that it is stored. */
  acked(n: number): void
  /** The sender was told that it is committed in Postgres; where nothing tells that apart, at once with `acked`. */
  saved(n: number): void
  /** It stands on this screen. */
  screen(n: number): void
  /** A message was refused, or the line broke. */
  failed(reason: string): void
}

export interface DialOptions {
  hears: Hears
  /** Source address: each has its own 28,000 ports. */
  localAddress?: string
  /** The line is over, with the reason the server gave. */
  onClose?: (reason: string) => void
}

/** One open socket. */
export interface Line {
  send(n: number, text: string): void
  close(): void
}

/** Somebody who can open lines: all lines of a visitor are tabs of one thread. */
export interface Caller {
  /** Resolves when the server has let the line in. */
  dial(options: DialOptions): Promise<Line>
  /** Gets a fresh token, as clients do from their second try on. */
  renew(): Promise<void>
  /** Says that this agent is gone, where a side would only notice it after a while. */
  leave?(): Promise<void>
}

/** How one side is spoken, in raw frames. Sites and the agents of a site count from 0; the floor and LISTEN/NOTIFY have one site. */
export interface Dialect {
  visitor(site: number): Promise<Caller>
  agent(site: number, nth: number): Promise<Caller>
}
