import type { Cancel, Clock } from './clock.ts'

export interface KeystrokesOptions {
  clock: Clock
  /** Whether the draft may be shown to the other side. */
  preview(): boolean
  /** `text`: the draft, '' when typing stopped; absent when drafts are not shown. */
  send(text?: string): void
}

/** Typing is told at most this often, ms; with the draft every second. */
const plainMs = 2_000
const previewMs = 1_000

/** Longest draft sent: at 6 bytes a unit, the worst of JSON, it still fits the largest payload. */
export const maxDraftLength = 1_300

/** Turns each input into few pulses. */
export class Keystrokes {
  readonly #options: KeystrokesOptions
  #sentAt = Number.NEGATIVE_INFINITY
  #typing = false
  #draft = ''
  #cancel: Cancel | undefined

  constructor(options: KeystrokesOptions) {
    this.#options = options
  }

  /** The field's text after an input; empty means stopped. */
  type(text: string): void {
    if (text.trim() === '') this.#stop()
    else this.#tell(text.slice(0, maxDraftLength))
  }

  #tell(draft: string): void {
    this.#draft = draft
    const { clock, preview } = this.#options
    const wait = this.#sentAt + (preview() ? previewMs : plainMs) - clock.now()
    if (wait <= 0) this.#send()
    // The last letters count too, where the draft is shown.
    else if (preview()) this.#cancel ??= clock.after(wait, () => this.#send())
  }

  /** The message is sent or the field is gone: nothing more is told. */
  reset(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#typing = false
    this.#sentAt = Number.NEGATIVE_INFINITY
  }

  #send(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#typing = true
    this.#sentAt = this.#options.clock.now()
    if (this.#options.preview()) this.#options.send(this.#draft)
    else this.#options.send()
  }

  #stop(): void {
    const wasTyping = this.#typing
    this.reset()
    if (wasTyping) this.#options.send('')
  }
}
