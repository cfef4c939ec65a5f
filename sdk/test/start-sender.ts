import { Outbox, type OutboxDriver, type OutboxEntry } from '../src/outbox.ts'
import { type ErrorCode, UsherError } from '../src/protocol/errors.ts'
import { newMessageId } from '../src/protocol/ids.ts'
import { Sender, type SenderOptions } from '../src/sender.ts'
import { createTabs } from '../src/tabs.ts'
import type { TimelineMessage } from '../src/types.ts'
import type { FakeClock } from './fake-clock.ts'

/** A message on its way to the stream; the test decides what becomes of it. */
export interface Flight {
  entry: OutboxEntry
  /** It is stored at the next seq. */
  land(): void
  refuse(code: ErrorCode, retryAfterMs?: number): void
}

export interface StartSenderOptions extends Partial<SenderOptions> {
  clock: FakeClock
  driver: OutboxDriver
  onFlight: (flight: Flight) => void
  nextSeq: () => number
}

/** A sender of one visitor's thread whose stream is the test. */
export function startSender({ driver, onFlight, nextSeq, ...options }: StartSenderOptions): Sender {
  const outbox = new Outbox({ owner: 'me', driver, tabs: createTabs(undefined), onError: () => {} })
  return new Sender({
    outbox: () => outbox,
    place: () => ({ site: 's', visitor: 'v' }),
    home: () => ({ visitor: 'v', outbox }),
    author: () => ({ role: 'visitor', id: 'me' }),
    publish: (entry) =>
      new Promise((resolve, reject) => {
        onFlight({
          entry,
          land: () => resolve(nextSeq()),
          refuse: (code, retryAfterMs) => reject(new UsherError(code, `unable to send; ${code}`, { retryAfterMs })),
        })
      }),
    standing: () => undefined,
    reread: async () => {},
    onChange: () => {},
    onSent: (message) => message,
    ...options,
  })
}

/** Writes messages; their promises may reject unheard. */
export const writeTo = (sender: Sender, ...texts: string[]): Promise<TimelineMessage>[] =>
  texts.map((text) => {
    const { sent } = sender.add(text, false)
    sent.catch(() => {})
    return sent
  })

/** What waits to be stored, as it is drawn. */
export const unsentOf = (sender: Sender): string[] => sender.unsent.map(({ text, delivery }) => `${text} ${delivery}`)

/** A message that a page left in the outbox at `at`, epoch ms; the tab that wrote it is gone. */
export const leftEntry = (text: string, at: number, more: Partial<OutboxEntry> = {}): OutboxEntry => ({
  id: newMessageId(at),
  owner: 'me',
  site: 's',
  visitor: 'v',
  note: false,
  text,
  at,
  tab: 'gone',
  ...more,
})
