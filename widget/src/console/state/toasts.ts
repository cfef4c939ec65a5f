import type { Readable } from '@usher-chat/sdk/agent'
import { createStore } from '../../ui/create-store.ts'

export interface Toast {
  id: number
  tone: 'good' | 'bad'
  text: string
  action?: { label: string; run: () => void }
}

export interface Toasts extends Readable<readonly Toast[]> {
  /** Shows a sentence; the oldest gives way when there are more than three. Returns its id. */
  show(toast: Omit<Toast, 'id'>): number
  dismiss(id: number): void
}

/** More than three sentences at once are a wall nobody reads. */
const most = 3

export function openToasts(): Toasts {
  const toasts = createStore<readonly Toast[]>([])
  let last = 0
  return {
    getSnapshot: toasts.getSnapshot,
    subscribe: toasts.subscribe,
    show(toast) {
      const id = ++last
      // The same sentence twice is one sentence.
      const others = toasts.getSnapshot().filter((shown) => shown.text !== toast.text)
      toasts.set([...others, { ...toast, id }].slice(-most))
      return id
    },
    dismiss: (id) => toasts.set(toasts.getSnapshot().filter((toast) => toast.id !== id)),
  }
}
