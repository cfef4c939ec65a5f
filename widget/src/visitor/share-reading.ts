/**
 * Tells the visitor's other tabs that everything was read here, so that their badges agree.
 * `tell` before the channel can be made (old browsers, opaque origins) does nothing.
 */
export function shareReading(siteKey: string, readElsewhere: () => void): { tell(): void; stop(): void } {
  let channel: BroadcastChannel | undefined
  try {
    channel = new BroadcastChannel(`usher.${siteKey}`)
    channel.addEventListener('message', readElsewhere)
  } catch {
    channel = undefined
  }
  return { tell: () => channel?.postMessage('read'), stop: () => channel?.close() }
}
