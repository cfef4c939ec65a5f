import type { AgentThread } from '@usher-chat/sdk/agent'
import type { Conversation } from '@usher-chat/sdk/protocol'
import type { RefObject } from 'preact'
import { useImperativeHandle, useRef, useState } from 'preact/hooks'
import { focusList } from '../list/list-pane.tsx'
import { Icon } from '../shell/icon.tsx'
import { useConsole } from '../state/console.ts'
import type { ComposerMode, Drafts } from '../state/drafts.ts'
import { ComposerBlocked } from './composer-blocked.tsx'
import { ComposerField } from './composer-field.tsx'
import { type ComposerOffer, mayReply } from './composer-offer.ts'
import { sendText } from './send-text.ts'
import { useDraft } from './use-draft.ts'

export interface ComposerHandle {
  /** Turns to replies or notes and takes the keyboard. */
  focus(mode: ComposerMode): void
}

interface ComposerProps {
  conversation: Conversation
  thread: AgentThread
  drafts: Drafts
  offer: ComposerOffer
  handle: RefObject<ComposerHandle | null>
}

/** Where the agent writes: a reply to the visitor, or a note to the team; each keeps its own draft. */
export function Composer({ conversation, thread, drafts, offer, handle }: ComposerProps) {
  const { actions } = useConsole()
  const [mode, setMode] = useState<ComposerMode>('reply')
  const draft = useDraft(drafts, conversation.id, mode)
  const root = useRef<HTMLDivElement>(null)

  const turn = (next: ComposerMode) => {
    // The visitor must not see somebody typing while a note is written.
    if (next === 'note') thread.keystroke('')
    setMode(next)
  }
  const focus = (next: ComposerMode) => {
    turn(next)
    // After the field of the other mode has been drawn.
    queueMicrotask(() => root.current?.querySelector<HTMLElement>('[data-takes-focus]')?.focus())
  }
  useImperativeHandle(handle, () => ({ focus }), [thread, conversation.id])

  const send = (resolve: boolean) => {
    const text = draft.text.trim()
    draft.write('')
    void sendText({ text, mode, offer, conversation, thread, actions, resolve }).then((gone) => {
      if (!gone && drafts.read(conversation.id, mode) === '') draft.write(text)
    })
  }
  const write = (text: string) => {
    draft.write(text)
    if (mode === 'reply') thread.keystroke(text)
  }

  return (
    <div class={`composer ${mode}`} ref={root}>
      <ModeTabs mode={mode} onTurn={focus} />
      {mode === 'reply' && !mayReply(offer) ? (
        <ComposerBlocked offer={offer} conversation={conversation} />
      ) : (
        <ComposerField
          key={mode}
          mode={mode}
          text={draft.text}
          taking={mode === 'reply' && offer.kind === 'take'}
          resolvable={conversation.status !== 'resolved'}
          onWrite={write}
          onSend={send}
          onLeave={focusList}
        />
      )}
    </div>
  )
}

function ModeTabs({ mode, onTurn }: { mode: ComposerMode; onTurn: (mode: ComposerMode) => void }) {
  return (
    <fieldset class="modes">
      <legend class="visually-hidden">What you write</legend>
      <button type="button" aria-pressed={mode === 'reply'} title="Reply (R)" onClick={() => onTurn('reply')}>
        Reply
      </button>
      <button type="button" aria-pressed={mode === 'note'} title="Note (N)" onClick={() => onTurn('note')}>
        <Icon name="note" size={14} />
        Note
      </button>
    </fieldset>
  )
}
