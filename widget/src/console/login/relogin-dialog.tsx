import type { Me } from '@usher-chat/sdk/protocol'
import { Dialog } from '../shell/dialog.tsx'
import { LoginForm } from './login-form.tsx'

/** Over the page when the login has ended: what was written stays underneath. */
export function ReloginDialog({ me, onLogin }: { me: Me; onLogin: (me: Me) => void }) {
  return (
    <Dialog title="Log in again">
      <p class="dialog-text">Your login has ended. Nothing is lost: drafts and unsent replies are still here.</p>
      <LoginForm email={me.email} onLogin={onLogin} />
    </Dialog>
  )
}
