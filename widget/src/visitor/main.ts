import { createVisitorClient } from '@usher-chat/sdk/visitor'
import type { MountApp } from '../ui/embedding.ts'
import { identityFunction } from './identity-function.ts'
import { VisitorApp } from './visitor-app.tsx'
import { readPage } from './watch-page.ts'

/** Called by the loader when the visitor opens the chat, or has a thread here already. */
export const mount: MountApp = (host) => {
  const locale = document.documentElement.lang || navigator.language
  const { siteKey, baseUrl } = host.settings
  const { identity } = host
  const client = createVisitorClient({
    siteKey,
    baseUrl,
    ...(identity !== undefined && { identity: identityFunction(identity) }),
    page: () => readPage(window),
    locale,
  })
  return new VisitorApp({ window, host, client, locale })
}
