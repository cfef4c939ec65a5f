import type { Me } from '@usher-chat/sdk/protocol'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { Icon } from '../shell/icon.tsx'
import { useConsole } from '../state/console.ts'
import { explainLoginError, type LoginError } from './explain-login-error.ts'

interface LoginFormProps {
  /** Filled in when the agent logs in again. */
  email?: string
  onLogin: (me: Me) => void
}

/** E-mail and password. Whatever goes wrong is said above the button, and the focus goes where it can be mended. */
export function LoginForm({ email = '', onLogin }: LoginFormProps) {
  const { client, now } = useConsole()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<LoginError>()
  const form = useRef<HTMLFormElement>(null)
  const errorId = useId()
  useEffect(() => field(form.current, email === '' ? 'email' : 'password')?.focus(), [])

  const submit = async (event: Event) => {
    event.preventDefault()
    if (busy || form.current === null) return
    const entries = new FormData(form.current)
    setBusy(true)
    setError(undefined)
    try {
      onLogin(await client.login({ email: String(entries.get('email')).trim(), password: String(entries.get('password')) }))
    } catch (cause) {
      const explained = explainLoginError(cause, now())
      setError(explained)
      field(form.current, explained.field ?? 'password')?.select()
    } finally {
      setBusy(false)
    }
  }

  return (
    <form ref={form} class="login-form" onSubmit={(event) => void submit(event)} aria-describedby={error && errorId}>
      <label class="field">
        <span>E-mail</span>
        <input
          name="email"
          type="email"
          autoComplete="username"
          required
          maxLength={200}
          defaultValue={email}
          aria-invalid={error?.field === 'email'}
        />
      </label>
      <PasswordField invalid={error?.field === 'password'} />
      <div id={errorId} role="alert" class="login-error">
        {error !== undefined && (
          <p>
            <Icon name="alert" />
            <span>
              {error.text} {error.untilMs !== undefined && <Countdown until={error.untilMs} onEnd={() => setError(undefined)} />}
            </span>
          </p>
        )}
      </div>
      <button type="submit" class="primary wide" aria-disabled={busy} data-busy={busy}>
        {busy ? 'Logging in…' : 'Log in'}
      </button>
    </form>
  )
}

const field = (form: HTMLFormElement | null, name: 'email' | 'password') => form?.querySelector<HTMLInputElement>(`[name=${name}]`)

function PasswordField({ invalid }: { invalid: boolean }) {
  const [shown, setShown] = useState(false)
  return (
    <label class="field">
      <span>Password</span>
      <span class="with-button">
        <input
          name="password"
          {...(shown ? { type: 'text' as const } : { type: 'password' as const })}
          autoComplete="current-password"
          required
          maxLength={200}
          aria-invalid={invalid}
          spellcheck={false}
        />
        <button type="button" class="ghost icon-only" aria-pressed={shown} aria-label="Show password" onClick={() => setShown(!shown)}>
          <Icon name={shown ? 'eye-off' : 'eye'} />
        </button>
      </span>
    </label>
  )
}

/** "Try again in 24 s", counting down. */
function Countdown({ until, onEnd }: { until: number; onEnd: () => void }) {
  const { now } = useConsole()
  const [left, setLeft] = useState(until - now())
  useEffect(() => {
    const timer = setInterval(() => setLeft(until - now()), 1_000)
    return () => clearInterval(timer)
  }, [until])
  useEffect(() => {
    if (left <= 0) onEnd()
  }, [left])
  return <span>Try again in {Math.max(1, Math.ceil(left / 1_000))} s.</span>
}
