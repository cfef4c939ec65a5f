import { newId } from '@usher-chat/sdk/protocol'
import { connectDb, type Tx } from '../../src/db/connect-db.ts'
import { silentLog } from '../../src/log.ts'
import { waitFor } from '../../test/wait-for.ts'
import type { BenchStack } from '../bench-stack.ts'
import type { BenchSite } from '../load/target.ts'

export interface Staff {
  /** Grows in place: who holds it sees what was added. */
  readonly sites: readonly BenchSite[]
  /** Makes sure that there are so many sites, and so many agents in the first of them; the others have one. */
  grow(size: { sites: number; agents: number }): Promise<void>
}

type Login = BenchSite['logins'][number]

/** The demo's site and the first of its agents, and copies of both: of the site's origins, of the agent's password. `urls`: all servers. */
export function createStaff({ demo, databaseUrl }: Pick<BenchStack, 'demo' | 'databaseUrl'>, urls: readonly string[]): Staff {
  const agent = demo.agents.find(({ role }) => role === 'agent')
  if (agent === undefined) throw new Error('unable to measure; the demo has no agents')
  const first: Login[] = [{ email: agent.email, password: agent.password }]
  const sites: BenchSite[] = [{ siteKey: demo.siteKey, logins: first }]
  const addAgent = async (tx: Tx, site: string): Promise<Login> => {
    const id = newId()
    const email = `${id}@bench.example`
    await tx.query(
      `insert into agents (id, email, name, password_hash, role) select $1, $2, name, password_hash, role from agents where email = $3`,
      [id, email, agent.email],
    )
    await tx.query('insert into team_members (site_id, team_id, agent_id) values ($1, $1, $2)', [site, id])
    return { email, password: agent.password }
  }
  const addSite = async (tx: Tx): Promise<BenchSite> => {
    const [site, siteKey] = [newId(), newId()]
    await tx.query(
      `insert into sites (id, key, name, origins, identity_secret) select $1, $2, name, origins, identity_secret from sites where id = $3`,
      [site, siteKey, demo.site],
    )
    await tx.query('insert into teams (site_id, id, name) select $1, $1, name from teams where site_id = $2', [site, demo.site])
    return { siteKey, logins: [await addAgent(tx, site)] }
  }
  return {
    sites,
    async grow(size) {
      const db = connectDb({ url: databaseUrl, log: silentLog, size: 1 })
      try {
        while (first.length < size.agents) first.push(await db.transaction((tx) => addAgent(tx, demo.site)))
        while (sites.length < size.sites) sites.push(await db.transaction(addSite))
      } finally {
        await db.close()
      }
      // A server looks for new sites every few seconds.
      const newest = sites.at(-1)?.siteKey
      for (const url of urls) await waitFor('the newest site', async () => (await fetch(`${url}/w/${newest}.js`)).ok)
    },
  }
}
