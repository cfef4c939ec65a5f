import { readFileSync } from 'node:fs'
import { UsherError } from '@usher-chat/sdk/protocol'
import type { Hono } from 'hono'
import * as v from 'valibot'
import { createDemo } from '../../examples/movie-tickets/src/create-demo.ts'
import { signIdentity } from './access/identity.ts'
import type { Sites } from './access/sites.ts'

const demoFile = v.object({ siteKey: v.string() })

export interface DemoOptions {
  /** `demo.json`, as the embedded start writes it. */
  path: string
  /** Origin of this server. */
  url: string
  sites: Sites
  /** ms since 1970. */
  now: () => number
}

/** The demo page, whose backend knows its site's secret as any backend would. */
export function openDemo({ path, url, sites, now }: DemoOptions): Hono {
  const { siteKey } = v.parse(demoFile, JSON.parse(readFileSync(path, 'utf8')))
  return createDemo({
    siteKey,
    baseUrl: url,
    async signIdentity(person) {
      const site = await sites.byKey(siteKey)
      if (!site) throw new UsherError('site_unknown', 'unable to vouch for the member; the demo site is not there')
      return signIdentity({ secret: site.identitySecret, person, now: now() })
    },
  })
}
