/** One way a message can go from a sender to another screen; the bench drives all lanes alike. */
export interface Lane {
  readonly name: string
  readonly senders: number
  /** Sends a text as this sender; resolves when the stream has it. The text reaches `onText` of the other screen. */
  send(sender: number, text: string): Promise<void>
  /** Hears every text on the other screen. Returns the way to stop. */
  onText(listener: (text: string) => void): () => void
  close(): Promise<void>
}
