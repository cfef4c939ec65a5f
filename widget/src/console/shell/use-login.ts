import type { Me } from '@usher-chat/sdk/protocol'
import { useEffect, useState } from 'preact/hooks'
import type { Console } from '../state/console.ts'

export type Login = (
  | { phase: 'checking' | 'out' }
  | { phase: 'unreachable'; error: unknown }
  /** `ended`: the login ran out while the agent worked; their page stays. */
  | { phase: 'in' | 'ended'; me: Me }
) & {
  enter: (me: Me) => void
  leave: () => void
  retry: () => void
}

type State = { phase: 'checking' | 'out' } | { phase: 'unreachable'; error: unknown } | { phase: 'in' | 'ended'; me: Me }

/** Who is logged in. A kept login is picked up; one that ends by itself leaves the page as it is. */
export function useLogin({ client, actions, settings, toasts }: Console): Login {
  const [state, setState] = useState<State>({ phase: 'checking' })
  const [attempt, setAttempt] = useState(0)

  const enter = (me: Me) => {
    setState({ phase: 'in', me })
    client.connect()
    // As the agent left it: somebody who went away yesterday is not sent visitors by a reload.
    void actions.setPresence(settings.getSnapshot().presence)
  }

  useEffect(() => {
    let current = true
    client.resume().then(
      (me) => current && (me === null ? setState({ phase: 'out' }) : enter(me)),
      (error: unknown) => current && setState({ phase: 'unreachable', error }),
    )
    return () => {
      current = false
    }
  }, [client, attempt])

  useEffect(() => client.on('login.ended', () => setState((now) => (now.phase === 'in' ? { ...now, phase: 'ended' } : now))), [client])

  const leave = () => {
    // Before the request is answered: what the agent leaves must not stay on screen.
    setState({ phase: 'out' })
    client.logout().catch(() => toasts.show({ tone: 'bad', text: 'Logged out here, but the server couldn’t be told.' }))
  }
  return { ...state, enter, leave, retry: () => setAttempt(attempt + 1) }
}
