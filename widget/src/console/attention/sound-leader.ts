/** The part of `navigator.locks` that is needed to be the only one. */
export interface Locks {
  request(name: string, options: { steal?: boolean; signal?: AbortSignal }, hold: () => Promise<void>): Promise<unknown>
}

export interface SoundLeader {
  /** Whether this tab is the one that plays. */
  leads(): boolean
  /** Becomes the leader: the tab the agent looks at knows best what needs a sound. */
  claim(): void
  close(): void
}

const name = 'usher.console.sound'

/** One tab of a browser plays sounds. Where the browser has no locks, every tab does: two beeps are better than none. */
export function openSoundLeader(locks: Locks | undefined): SoundLeader {
  let leading = locks === undefined
  let closed = false
  let giveUp = () => {}

  // A newer request replaces the one before it, so that at most one is ever waiting or held.
  const ask = (steal: boolean) => {
    giveUp()
    const waiting = new AbortController()
    let replaced = false
    let release = () => {}
    giveUp = () => {
      replaced = true
      release()
      waiting.abort()
    }
    const hold = () =>
      new Promise<void>((done) => {
        if (replaced) return done()
        leading = true
        release = done
      })
    // Locks refuse a signal together with `steal`.
    locks?.request(name, steal ? { steal } : { signal: waiting.signal }, hold).catch(() => {
      if (replaced) return
      leading = false
      ask(false)
    })
  }

  ask(false)
  return {
    leads: () => leading && !closed,
    claim() {
      if (!leading && !closed) ask(true)
    },
    close() {
      closed = true
      giveUp()
    },
  }
}
