import type { MountApp } from '../../ui/embedding.ts'
import { VisitorApp } from '../visitor-app.tsx'
import type { FakeClient } from './fake-client.ts'
import { states } from './states.ts'

declare global {
  interface Window {
    /** The client behind the panel, for tests. */
    visitorGallery?: FakeClient
  }
}

/** Stands in for the app: the state is named by the page's hash, e.g. `#talk`. */
export const mount: MountApp = (host) => {
  const make = states[location.hash.slice(1)] ?? states.talk
  if (!make) throw new Error('unable to draw; there is no such state')
  const client = make()
  window.visitorGallery = client
  return new VisitorApp({ window, host, client, locale: document.documentElement.lang || 'en' })
}
