import type { Readable } from '@usher-chat/sdk/visitor'
import { useLayoutEffect, useReducer } from 'preact/hooks'

/** The value of a Readable; draws the component again when it changes. */
export function useReadable<T>(readable: Readable<T>): T {
  const [, redraw] = useReducer((count: number) => count + 1, 0)
  const value = readable.getSnapshot()
  useLayoutEffect(() => {
    // A change between drawing and subscribing would go unseen.
    if (!Object.is(readable.getSnapshot(), value)) redraw(undefined)
    return readable.subscribe(() => redraw(undefined))
    // Subscribing anew at every value would be needless work: only another Readable counts.
  }, [readable])
  return value
}
