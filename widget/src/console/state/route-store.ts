import type { Readable, Unsubscribe } from '@usher-chat/sdk/agent'
import { createStore } from '../../ui/create-store.ts'
import { type Route, readRoute, writeRoute } from './route.ts'

/** The address bar as a value. The back button works because every `go` is a step of the history. */
export interface RouteStore extends Readable<Route> {
  go(change: Partial<Route>): void
  /** Like `go`, without a new step of the history. */
  replace(change: Partial<Route>): void
  close: Unsubscribe
}

export function openRoute(page: Pick<Window, 'location' | 'history' | 'addEventListener' | 'removeEventListener'>): RouteStore {
  const route = createStore(readRoute(page.location.hash))
  const onMove = () => route.set(readRoute(page.location.hash))
  page.addEventListener('popstate', onMove)
  page.addEventListener('hashchange', onMove)
  const move = (change: Partial<Route>, step: 'pushState' | 'replaceState') => {
    const next = { ...route.getSnapshot(), ...change }
    if (writeRoute(next) === writeRoute(route.getSnapshot())) return
    page.history[step](null, '', writeRoute(next))
    route.set(next)
  }
  return {
    getSnapshot: route.getSnapshot,
    subscribe: route.subscribe,
    go: (change) => move(change, 'pushState'),
    replace: (change) => move(change, 'replaceState'),
    close() {
      page.removeEventListener('popstate', onMove)
      page.removeEventListener('hashchange', onMove)
    },
  }
}
