import type { Clock } from './clock.ts'
import { Keystrokes } from './keystrokes.ts'
import { ReadMarks } from './read-marks.ts'
import type { ThreadVoice } from './thread-voice.ts'
import { Typists } from './typists.ts'

/** What is told and heard of a thread without being stored: who types, and how far one has read. */
export class ThreadPulses {
  readonly typists: Typists
  readonly keystrokes: Keystrokes
  marks: ReadMarks
  readonly #newMarks: () => ReadMarks

  /** `preview`: whether the draft may be shown while it is typed. */
  constructor(clock: Clock, voice: ThreadVoice, preview: () => boolean) {
    this.typists = new Typists(clock)
    this.keystrokes = new Keystrokes({ clock, preview, send: (text) => voice.typing(text) })
    this.#newMarks = () => new ReadMarks(clock, (seq) => voice.pulse({ v: 1, type: 'read', seq }))
    this.marks = this.#newMarks()
  }

  /** Stops all timers, and forgets who types and what is read. */
  reset(): void {
    this.typists.clear()
    this.keystrokes.reset()
    this.marks.dispose()
    this.marks = this.#newMarks()
  }
}
