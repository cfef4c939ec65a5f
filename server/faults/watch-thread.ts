import type { Delivery, Thread, TimelineItem } from '@usher-chat/sdk'
import type { Observed } from './observed.ts'

/** Rows of a screen that may still change: deliveries of older ones are settled. */
const watched = 400

/** Whose screen, and where what it says is written down. */
export interface Watch {
  who: string
  thread: Pick<Thread, 'items'>
  observed: Observed
  /** How often the stream has been lost so far. */
  losses: () => number
  /** A screen says that this message is saved. */
  onSaved: (who: string, id: string) => void
}

/** Writes down every change of delivery that a screen shows. Returns the way to stop. */
export function watchThread({ who, thread, observed, losses, onSaved }: Watch): () => void {
  const shown = new Map<string, Delivery>()
  const look = (): void => {
    for (const item of thread.items.getSnapshot().slice(-watched)) {
      if (item.type !== 'message' || item.delivery === undefined) continue
      const from = shown.get(item.id)
      const to = item.delivery
      if (from === to) continue
      shown.set(item.id, to)
      observed.told.push({ who, id: item.id, from, to, losses: losses() })
      if (to === 'saved') onSaved(who, item.id)
    }
  }
  look()
  return thread.items.subscribe(look)
}

/** Writes a message, and writes it down. Sending goes on by itself; what the outbox has no room for was never said. */
export function say(
  thread: Thread,
  { who, visitor, text, note }: { who: string; visitor: string; text: string; note: boolean },
  observed: Observed,
): void {
  const sending = note && 'note' in thread && typeof thread.note === 'function' ? thread.note(text) : thread.send(text)
  // How it ends stands on the screen.
  Promise.resolve(sending).catch(() => {})
  const item = thread.items.getSnapshot().findLast((row) => isText(row, text))
  if (item !== undefined) observed.said.push({ who, thread: visitor, id: item.id, text })
}

const isText = (row: TimelineItem, text: string): boolean => row.type === 'message' && row.mine && row.text === text
