import { useEffect, useState } from 'preact/hooks'
import { useReadable } from '../../ui/use-readable.ts'
import { useConsole } from '../state/console.ts'
import type { Toast } from '../state/toasts.ts'
import { Icon } from './icon.tsx'

/** Time to read a sentence, and to act on it, ms. */
const shownForMs = { plain: 6_000, withAction: 10_000 }

/** Sentences that come and go in a corner; read out politely. They stay while the pointer or the focus is on them. */
export function ToastStack() {
  const { toasts } = useConsole()
  const shown = useReadable(toasts)
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} onClose={() => toasts.dismiss(toast.id)} />
      ))}
    </div>
  )
}

function ToastCard({ toast, onClose }: { toast: Toast; onClose: () => void }) {
  const { tone, text, action } = toast
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return undefined
    const timer = setTimeout(onClose, action === undefined ? shownForMs.plain : shownForMs.withAction)
    return () => clearTimeout(timer)
  }, [held])
  const run = () => {
    action?.run()
    onClose()
  }
  return (
    <div
      class={`toast ${tone}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      <Icon name={tone === 'bad' ? 'alert' : 'check'} />
      <span>{text}</span>
      {action !== undefined && (
        <button type="button" class="toast-action" onClick={run}>
          {action.label}
        </button>
      )}
      <button type="button" class="ghost icon-only" aria-label="Dismiss" onClick={onClose}>
        <Icon name="close" size={16} />
      </button>
    </div>
  )
}
