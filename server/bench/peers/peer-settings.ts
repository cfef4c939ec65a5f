/** What a peer's server gets from its parent, as its first message. */
export interface PeerSettings {
  databaseUrl: string
  redisUrl?: string
  /** Signs the tokens. */
  secret: string
  port: number
}

/**
 * Runs a peer's server in a process of its own: it starts on the parent's first message, answers when it listens, and ends with
 * its parent.
 */
export function runPeer(start: (settings: PeerSettings) => Promise<void>): void {
  process.once('message', (settings: PeerSettings) => {
    start(settings).then(
      () => process.send?.('listening'),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
  process.once('disconnect', () => process.exit(0))
}
