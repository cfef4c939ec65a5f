import type { ConversationId } from '@usher-chat/sdk/protocol'
import { useState } from 'preact/hooks'
import type { ComposerMode, Drafts } from '../state/drafts.ts'

export interface Draft {
  text: string
  write(text: string): void
}

/** The kept text of one conversation and mode; reply and note each have their own. */
export function useDraft(drafts: Drafts, conversation: ConversationId, mode: ComposerMode): Draft {
  const [, redraw] = useState(0)
  return {
    text: drafts.read(conversation, mode),
    write(text) {
      drafts.write(conversation, mode, text)
      redraw((count) => count + 1)
    },
  }
}
