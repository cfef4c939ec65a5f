import { deferred } from './deferred.ts'
import { UsherError } from './protocol/errors.ts'

interface Waiting {
  resolve(answer: Uint8Array): void
  reject(reason: UsherError): void
  timer: ReturnType<typeof setTimeout>
}

/**
 * Requests that wait for their answers, by the last token of the subject these come to. (nats.ws has the same, but makes two error
 * objects with their stacks for every request that is answered: a fifth of what sending a message costs.)
 */
export class Requests {
  readonly #waiting = new Map<string, Waiting>()
  #last = 0

  /** `answer` rejects with `timeout` after so many ms, or with what `settle` or `fail` say. */
  open(timeoutMs: number): { token: string; answer: Promise<Uint8Array> } {
    const token = `${++this.#last}`
    const { promise: answer, resolve, reject } = deferred<Uint8Array>()
    const timer = setTimeout(() => this.settle(token, new UsherError('timeout', 'unable to send; no answer in time')), timeoutMs)
    this.#waiting.set(token, { resolve, reject, timer })
    return { token, answer }
  }

  /** What came for a token; one that nobody waits for is passed over. */
  settle(token: string, answer: Uint8Array | UsherError): void {
    const waiting = this.#waiting.get(token)
    if (!waiting) return
    clearTimeout(waiting.timer)
    this.#waiting.delete(token)
    if (answer instanceof Uint8Array) waiting.resolve(answer)
    else waiting.reject(answer)
  }

  /** Nothing will be answered any more. */
  fail(reason: UsherError): void {
    for (const token of [...this.#waiting.keys()]) this.settle(token, reason)
  }
}
