import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { newId } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { createPasswords } from '../access/passwords.ts'
import { connectDb, type Tx } from '../db/connect-db.ts'
import type { Log } from '../log.ts'
import { writeSecret } from './home.ts'

const demoFile = v.object({
  url: v.string(),
  siteKey: v.string(),
  site: v.string(),
  agents: v.array(v.object({ email: v.string(), password: v.string(), role: v.string() })),
})

/** `demo.json`: where the demo is, and who can log in. */
export type Demo = v.InferOutput<typeof demoFile>

const people = [
  { name: 'Mira Okafor', email: 'mira@demo.example', role: 'owner' },
  { name: 'Anna Lindqvist', email: 'anna@demo.example', role: 'agent' },
  { name: 'Ben Marchetti', email: 'ben@demo.example', role: 'agent' },
] as const

/**
 * Writes the demo site, its owner and two agents into the database, and `demo.json`. What is there already stays: keys, ids and
 * passwords are those of the first start; only the address follows the port.
 */
export async function seedDemo(options: { databaseUrl: string; path: string; url: string; log: Log }): Promise<Demo> {
  const { databaseUrl, path, url, log } = options
  const known = readDemo(path)
  const demo = { ...(known ?? newDemo(url)), url }
  const db = connectDb({ url: databaseUrl, log, size: 1 })
  try {
    await db.transaction(async (tx) => {
      await seedSite(tx, demo)
      await seedAgents(tx, demo, known !== undefined)
    })
  } finally {
    await db.close()
  }
  writeSecret(path, demo)
  return demo
}

function readDemo(path: string): Demo | undefined {
  return existsSync(path) ? v.parse(demoFile, JSON.parse(readFileSync(path, 'utf8'))) : undefined
}

function newDemo(url: string): Demo {
  const agents = people.map(({ email, role }) => ({ email, password: randomBytes(6).toString('hex'), role }))
  return { url, siteKey: newId(), site: newId(), agents }
}

async function seedSite(tx: Tx, { site, siteKey, url }: Demo): Promise<void> {
  const { port, origin } = new URL(url)
  const origins = [...new Set([origin, `http://localhost:${port}`, `http://127.0.0.1:${port}`])]
  await tx.query(
    `insert into sites (id, key, name, origins, identity_secret) values ($1, $2, 'Opening Night', $3, $4)
     on conflict (id) do update set origins = (select array_agg(distinct origin) from unnest(sites.origins || excluded.origins) as origin)`,
    [site, siteKey, origins, randomBytes(32).toString('base64url')],
  )
  await tx.query(`insert into teams (site_id, id, name) values ($1, $1, 'Box office') on conflict do nothing`, [site])
}

/** Hashing takes a while, so logins that are known and there are left alone. */
async function seedAgents(tx: Tx, { site, agents }: Demo, known: boolean): Promise<void> {
  const there = await tx.query<{ email: string }>('select email from agents where email = any($1)', [agents.map(({ email }) => email)])
  const passwords = createPasswords()
  for (const { email, password } of agents) {
    const person = people.find((candidate) => candidate.email === email)
    if (person === undefined || (known && there.some((agent) => agent.email === email))) continue
    const [agent] = await tx.query<{ id: string }>(
      `insert into agents (id, email, name, password_hash, role) values ($1, $2, $3, $4, $5)
       on conflict (email) do update set password_hash = excluded.password_hash returning id`,
      [newId(), email, person.name, await passwords.hash(password), person.role],
    )
    if (agent === undefined) throw new Error(`unable to seed ${email}; Postgres gave no id`)
    await tx.query('insert into team_members (site_id, team_id, agent_id) values ($1, $1, $2) on conflict do nothing', [site, agent.id])
  }
}
