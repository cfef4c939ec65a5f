import { useEffect, useState } from 'preact/hooks'
import { useReadable } from '../../ui/use-readable.ts'
import { LoginPage } from '../login/login-page.tsx'
import { ReloginDialog } from '../login/relogin-dialog.tsx'
import { type Console, ConsoleContext } from '../state/console.ts'
import { explainError } from '../state/explain-error.ts'
import { Logo } from './logo.tsx'
import { ToastStack } from './toast-stack.tsx'
import { useLogin } from './use-login.ts'
import { Workspace } from './workspace.tsx'

/** The console: a login in front, the workspace behind. */
export function App({ shared }: { shared: Console }) {
  useTheme(shared)
  return (
    <ConsoleContext.Provider value={shared}>
      <Door shared={shared} />
      <ToastStack />
    </ConsoleContext.Provider>
  )
}

function Door({ shared }: { shared: Console }) {
  const login = useLogin(shared)
  switch (login.phase) {
    case 'checking':
      return <Splash />
    case 'unreachable':
      return <Unreachable error={login.error} onRetry={login.retry} />
    case 'out':
      return <LoginPage onLogin={login.enter} />
    case 'in':
    case 'ended':
      return (
        <>
          <Workspace key={login.me.id} me={login.me} onLogout={login.leave} />
          {login.phase === 'ended' && <ReloginDialog me={login.me} onLogin={login.enter} />}
        </>
      )
  }
}

function Splash() {
  return (
    <main class="login-page" aria-busy="true" aria-label="Usher">
      <div class="splash">
        <Logo size={44} />
      </div>
    </main>
  )
}

/** Nobody can tell yet whether the agent is logged in. */
function Unreachable({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const [busy, setBusy] = useState(false)
  useEffect(() => setBusy(false), [error])
  const retry = () => {
    setBusy(true)
    onRetry()
  }
  return (
    <main class="login-page">
      <div class="login-card" role="alert">
        <header>
          <Logo size={40} />
          <h1>Usher can’t be reached</h1>
          <p>Reason: {explainError(error)}.</p>
        </header>
        <button type="button" class="primary wide" data-busy={busy} onClick={retry}>
          Try again
        </button>
      </div>
    </main>
  )
}

function useTheme({ settings }: Console): void {
  const { theme } = useReadable(settings)
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
  }, [theme])
}
