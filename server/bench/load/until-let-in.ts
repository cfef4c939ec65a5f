import type { DialOptions, Line } from './dialect.ts'

export interface LettingIn {
  /** The server has let the line in. */
  done(): void
  /** The line is over; before `done` the dial failed. */
  over(reason: string): void
}

/** A dial: resolves with the line when the server has let it in, rejects when it ends before. */
export function untilLetIn(options: DialOptions, start: (letting: LettingIn) => Line): Promise<Line> {
  return new Promise((resolve, reject) => {
    let open = false
    const line: Line = start({
      done() {
        open = true
        resolve(line)
      },
      over(reason) {
        if (open) options.onClose?.(reason)
        else reject(new Error(`unable to connect; ${reason}`))
      },
    })
  })
}
