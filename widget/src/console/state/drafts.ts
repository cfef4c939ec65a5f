import type { KeyValueStore } from '@usher-chat/sdk/agent'
import type { AgentId, ConversationId } from '@usher-chat/sdk/protocol'

export type ComposerMode = 'reply' | 'note'

/** Unsent text, one per conversation and mode; it survives a reload and an expired login. */
export interface Drafts {
  read(conversation: ConversationId, mode: ComposerMode): string
  /** Empty text forgets the draft. */
  write(conversation: ConversationId, mode: ComposerMode, text: string): void
  /** Forgets all drafts of this agent: who logs out leaves nothing for the next person at this browser. */
  forget(): void
}

/** A draft nobody came back to in a month is forgotten. */
const keptForMs = 30 * 24 * 3_600_000

export interface DraftsOptions {
  storage: KeyValueStore & { keys(): string[] }
  /** Two agents who share a browser do not see each other's drafts. */
  agent: AgentId
  now: () => number
}

interface Draft {
  text: string
  at: number
}

export function openDrafts({ storage, agent, now }: DraftsOptions): Drafts {
  const prefix = `usher.console.draft.${agent}.`
  const own = () => storage.keys().filter((key) => key.startsWith(prefix))
  const keyOf = (conversation: ConversationId, mode: ComposerMode) => `${prefix}${conversation}.${mode}`
  for (const key of own()) {
    if ((parse(storage.getItem(key))?.at ?? 0) < now() - keptForMs) storage.removeItem(key)
  }
  return {
    read: (conversation, mode) => parse(storage.getItem(keyOf(conversation, mode)))?.text ?? '',
    write(conversation, mode, text) {
      if (text === '') storage.removeItem(keyOf(conversation, mode))
      else storage.setItem(keyOf(conversation, mode), JSON.stringify({ text, at: now() } satisfies Draft))
    },
    forget() {
      for (const key of own()) storage.removeItem(key)
    },
  }
}

function parse(json: string | null): Draft | undefined {
  try {
    const value: unknown = JSON.parse(json ?? 'null')
    if (typeof value !== 'object' || value === null || !('text' in value) || !('at' in value)) return undefined
    return typeof value.text === 'string' && typeof value.at === 'number' ? { text: value.text, at: value.at } : undefined
  } catch {
    return undefined
  }
}
