export interface Draft {
  read(): string
  /** Empty text removes the draft. */
  write(text: string): void
}

/** The unsent text, kept over reloads in the tab's storage; in memory where that is blocked or full. */
export function keepDraft(key: string, storage: () => Storage): Draft {
  let memory = ''
  return {
    read() {
      try {
        return storage().getItem(key) ?? memory
      } catch {
        return memory
      }
    },
    write(text) {
      memory = text
      try {
        if (text === '') storage().removeItem(key)
        else storage().setItem(key, text)
      } catch {
        // Kept in memory already.
      }
    },
  }
}
