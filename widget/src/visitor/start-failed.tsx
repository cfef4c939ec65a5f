import { Icon, icons } from '../ui/icon.tsx'
import { useNow } from '../ui/use-now.ts'
import { describeError } from './describe-error.ts'
import { usePanel } from './panel-context.ts'
import type { StartState } from './start-session.ts'

/** Why there is no chat, and when it is tried again. */
export function StartFailed({ state }: { state: StartState }) {
  const { starter, wording } = usePanel()
  const { retryAt, error } = state
  const now = useNow(retryAt !== undefined)
  const seconds = retryAt === undefined ? 0 : Math.max(1, Math.ceil((retryAt - now) / 1_000))
  return (
    <div class="failed" role="alert">
      <Icon path={icons.alert} size={32} />
      <b>{wording.texts.unavailable}</b>
      <p>{describeError(error, wording)}</p>
      {retryAt !== undefined && (
        <>
          <button class="retry" type="button" onClick={starter.start}>
            {wording.texts.retry}
          </button>
          {/* Told once; a screen reader need not hear every second. */}
          <small aria-hidden="true">{wording.texts.retryIn(seconds)}</small>
        </>
      )}
    </div>
  )
}
