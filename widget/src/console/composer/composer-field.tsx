import { useLayoutEffect, useRef } from 'preact/hooks'
import { Icon } from '../shell/icon.tsx'
import type { ComposerMode } from '../state/drafts.ts'
import { lengthHint } from './length-hint.ts'
import { readComposerKey } from './read-composer-key.ts'

interface ComposerFieldProps {
  mode: ComposerMode
  text: string
  /** The first reply takes the conversation. */
  taking: boolean
  resolvable: boolean
  onWrite: (text: string) => void
  onSend: (resolve: boolean) => void
  onLeave: () => void
}

/** A text field that grows with its text. */
export function ComposerField({ mode, text, taking, resolvable, onWrite, onSend, onLeave }: ComposerFieldProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  useGrowth(field, text)
  const left = lengthHint(text)
  const sendable = text.trim() !== '' && (left === undefined || left >= 0)
  const send = (resolve: boolean) => {
    if (!sendable) return
    onSend(resolve && resolvable)
    field.current?.focus()
  }
  return (
    <div class="composer-field">
      <textarea
        ref={field}
        data-takes-focus
        rows={1}
        dir="auto"
        aria-label={mode === 'note' ? 'Write a note' : 'Write a reply'}
        aria-invalid={left !== undefined && left < 0}
        aria-describedby="composer-hint"
        placeholder={placeholderOf(mode, taking)}
        value={text}
        onInput={(event) => onWrite(event.currentTarget.value)}
        onKeyDown={(event) => {
          const asked = readComposerKey(event)
          if (asked === undefined) return
          event.preventDefault()
          if (asked === 'leave') onLeave()
          else send(asked === 'send-and-resolve')
        }}
      />
      <div class="composer-foot">
        <span id="composer-hint" class="composer-hint">
          {mode === 'note' ? 'Only your team sees this.' : taking ? 'Replying makes this conversation yours.' : ''}
        </span>
        <LengthHint left={left} />
        <button type="button" class="send" aria-disabled={!sendable} title="Send (Enter)" onClick={() => send(false)}>
          <span>{mode === 'note' ? 'Add note' : 'Send'}</span>
          <Icon name="send" size={16} />
        </button>
      </div>
    </div>
  )
}

function placeholderOf(mode: ComposerMode, taking: boolean): string {
  if (mode === 'note') return 'Note for your team…'
  return taking ? 'Reply and take this conversation…' : 'Write a reply…'
}

function LengthHint({ left }: { left: number | undefined }) {
  return (
    <span class={left !== undefined && left < 0 ? 'length too-long' : 'length'} role="status">
      {left === undefined ? '' : left < 0 ? `${-left} characters too long` : `${left} characters left`}
    </span>
  )
}

/** `field-sizing: content` does this in CSS where the browser has it. */
function useGrowth(field: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const element = field.current
    if (element === null || CSS.supports('field-sizing', 'content')) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [text])
}
