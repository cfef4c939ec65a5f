import { useEffect } from 'preact/hooks'
import { useReadable } from '../ui/use-readable.ts'
import { usePanel } from './panel-context.ts'

/** Marks the thread read while the visitor really looks at its end: panel open, page visible and focused. */
export function useMarkRead(atEnd: boolean): void {
  const { client, opened, read } = usePanel()
  const open = useReadable(opened)
  const unread = useReadable(client.thread.unread)
  useEffect(() => {
    if (!open || !atEnd || unread === 0) return
    const look = () => {
      if (document.visibilityState === 'visible' && document.hasFocus()) read()
    }
    look()
    addEventListener('focus', look)
    document.addEventListener('visibilitychange', look)
    return () => {
      removeEventListener('focus', look)
      document.removeEventListener('visibilitychange', look)
    }
  }, [open, atEnd, unread, read])
}
