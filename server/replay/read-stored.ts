import type { ThreadItem, ThreadPage } from '@usher-chat/sdk/protocol'
import type { Demo } from './cast.ts'
import type { Stored } from './compare.ts'
import { patiently } from './wait.ts'

/** Reads threads over plain HTTP, as an auditor would: nothing of the SDK's memory is trusted. */
export interface Auditor {
  /** Every message of a visitor's thread, oldest first, once history has committed all of them. */
  read(visitor: string): Promise<Stored[]>
}

export async function createAuditor(demo: Demo): Promise<Auditor> {
  const login = demo.agents.find(({ role }) => role === 'owner') ?? demo.agents[0]
  if (!login) throw new Error('unable to audit; the demo has no agents')
  const response = await fetch(`${demo.url}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: demo.url },
    body: JSON.stringify({ email: login.email, password: login.password }),
  })
  if (!response.ok) throw new Error(`unable to log in as ${login.email}; the server answered ${response.status}`)
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  return {
    read: (visitor) =>
      patiently(async () => {
        const stored = await readAll(demo, cookie, visitor)
        if (stored.some((row) => !row.saved)) throw new Error('unable to audit; history has not committed everything yet')
        return stored
      }),
  }
}

async function readAll(demo: Demo, cookie: string, visitor: string): Promise<Stored[]> {
  const items: ThreadItem[] = []
  for (let more = true; more; ) {
    const after = items.at(-1)?.seq ?? 0
    const response = await fetch(`${demo.url}/v1/visitors/${visitor}/thread?site=${demo.site}&after=${after}&limit=200`, {
      headers: { cookie },
    })
    if (!response.ok) throw new Error(`unable to read a thread; the server answered ${response.status}`)
    const page = (await response.json()) as ThreadPage
    items.push(...page.messages)
    more = page.hasMore && page.messages.length > 0
  }
  return items.flatMap(toStored)
}

function toStored(item: ThreadItem): Stored[] {
  const { role } = item.author
  if (item.kind !== 'text' || role === 'server') return []
  return [{ id: item.id, from: role, text: item.body.text, saved: item.saved }]
}
