import type { Me } from '@usher-chat/sdk/protocol'
import { Logo } from '../shell/logo.tsx'
import { LoginForm } from './login-form.tsx'

export function LoginPage({ onLogin }: { onLogin: (me: Me) => void }) {
  return (
    <main class="login-page">
      <div class="login-card">
        <header>
          <Logo size={40} />
          <h1>Log in to Usher</h1>
          <p>Answer visitors as they write.</p>
        </header>
        <LoginForm onLogin={onLogin} />
      </div>
    </main>
  )
}
