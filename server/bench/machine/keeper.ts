/** What has been started and is to be stopped, whatever happens. Stopping twice must be harmless. */
export interface Keeper {
  keep<T extends { stop(): Promise<void> }>(part: T): T
  /** Stops all of it, the last first; goes on where one fails. */
  stopAll(): Promise<void>
}

export function createKeeper(): Keeper {
  const stops: (() => Promise<void>)[] = []
  return {
    keep(part) {
      stops.push(() => part.stop())
      return part
    },
    async stopAll() {
      for (const stop of stops.splice(0).reverse()) await stop().catch((error: unknown) => console.error(error))
    },
  }
}
