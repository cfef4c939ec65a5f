import { useEffect, useState } from 'preact/hooks'
import { useNow } from '../../ui/use-now.ts'
import { useReadable } from '../../ui/use-readable.ts'
import { useConsole } from '../state/console.ts'
import { connectionNotice } from './connection-notice.ts'
import { Icon } from './icon.tsx'

/** Says that the connection is away, when it is tried again, and lets the agent try at once. */
export function ConnectionBanner() {
  const { client } = useConsole()
  const status = useReadable(client.connection)
  const online = useOnline()
  const notice = connectionNotice(status, online, useNow(status.retryAt !== undefined))
  return (
    <div role="status" class="banner-slot">
      {notice !== undefined && (
        <div class="banner warn">
          <Icon name="alert" />
          {/* The countdown is for the eye only: read out every second it would drown everything else. */}
          <span class="visually-hidden">The connection is lost. Replies are kept and sent when it is back.</span>
          <span aria-hidden="true">{notice.text}</span>
          {notice.retry && (
            <button type="button" class="plain" onClick={() => client.connect()}>
              Retry now
            </button>
          )}
        </div>
      )}
    </div>
  )
}

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine)
  useEffect(() => {
    const read = () => setOnline(navigator.onLine)
    window.addEventListener('online', read)
    window.addEventListener('offline', read)
    return () => {
      window.removeEventListener('online', read)
      window.removeEventListener('offline', read)
    }
  }, [])
  return online
}
