import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { newId } from '@usher-chat/sdk/protocol'
import { readMark } from '../../src/embedded/process-mark.ts'
import { type Attack, type Attempt, attempt, notYet } from '../attempt.ts'
import { belowFloor, type LockFile, unpinned } from '../dependency-floors.ts'
import type { Ground } from '../kit/ground.ts'
import { meetVisitor, meetWriter, natsTokenOf, say } from '../kit/people.ts'
import { type Listening, listeningOn } from '../kit/sockets.ts'

const root = join(import.meta.dirname, '../../..')

/** What only the server, the broker or Postgres may know; by name. */
async function serverSecrets({ stack, db, site, otherSite }: Ground): Promise<Map<string, string>> {
  const file = (name: string) => JSON.parse(readFileSync(join(stack.home, name), 'utf8')) as Record<string, unknown>
  const secrets = new Map<string, string>()
  const collect = (value: unknown, path: string): void => {
    if (typeof value === 'string' && /(seed|secret|password)/i.test(path)) secrets.set(path, value)
    else if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) collect(inner, `${path}.${key}`)
  }
  for (const name of ['keys.json', 'operator.json', 'settings.json', 'demo.json']) collect(file(name), name)
  secrets.set('identity secret', site.secret).set('identity secret of the other site', otherSite.secret)
  for (const { hash } of await db.query<{ hash: string }>(`select password_hash as hash from agents where password_hash <> ''`))
    secrets.set(`password hash ${hash.slice(-6)}`, hash)
  return secrets
}

/** What secrets look like, whoever they belong to. */
const shapes: Record<string, RegExp> = {
  'a seed of NATS': /\bS[AOU][A-Z2-7]{56}\b/,
  'a hash of a password': /\$argon2/,
  'a private key': /-----BEGIN [A-Z ]*PRIVATE/,
  'an address with a password': /\b(?:postgres|nats):\/\/[^/\s:]+:[^@\s]+@/,
}

function leaksIn(text: string, secrets: ReadonlyMap<string, string>): string[] {
  const known = [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => name)
  const shaped = Object.entries(shapes)
    .filter(([, shape]) => shape.test(text))
    .map(([name]) => name)
  return [...known, ...shaped]
}

const secretsOutside: Attack = {
  id: 'S11',
  title: 'secrets in answers, errors, files, source maps and logs',
  async run(ground) {
    const { ask, anna } = ground
    const secrets = await serverSecrets(ground)
    const { visitor } = await meetWriter(ground)
    await askEverything(ground, visitor.token)
    const files = await fetchFiles(ground)
    const answers = ground.answers.flatMap(({ path, answer }) =>
      leaksIn(answer.text + JSON.stringify([...answer.headers]), secrets).map((leak) => `${path}: ${leak}`),
    )
    const inFiles = files.flatMap(({ path, text }) => leaksIn(text, secrets).map((leak) => `${path}: ${leak}`))
    const maps = await Promise.all(files.filter(({ path }) => path.endsWith('.js')).map(({ path }) => ask('GET', `${path}.map`)))
    const given = new Map([
      ...secrets,
      ['the visitor’s token', visitor.token],
      ['the visitor’s socket token', visitor.jwt],
      ['the agent’s socket token', await natsTokenOf(ground, anna)],
      ['the agent’s cookie', anna.cookie],
    ])
    const logs = leaksIn(ground.logs(), given)
    const cookies = ground.answers.filter(({ answer }) => answer.text.includes(anna.cookie)).map(({ path }) => path)
    return [
      attempt(
        `${secrets.size} secrets in ${ground.answers.length} answers`,
        answers.length === 0 && secrets.size > 10,
        answers.join(', ') || 'none',
      ),
      attempt(`the same in ${files.length} files browsers load`, inFiles.length === 0 && files.length >= 6, inFiles.join(', ') || 'none'),
      attempt(
        'the source maps',
        maps.length > 0 && maps.every(({ status }) => status === 404),
        maps.map(({ status }) => status).join(', '),
      ),
      attempt(
        'the same, and tokens given out, in the logs at their most talkative',
        logs.length === 0 && ground.logs().length > 0,
        logs.join(', ') || `none in ${ground.logs().length} characters`,
      ),
      attempt('a session cookie in the body of an answer', cookies.length === 0, cookies.join(', ') || 'none'),
    ]
  },
}

/** Right and wrong calls, so that answers and errors of every kind are there to be searched. */
async function askEverything({ ask, anna, site }: Ground, token: string): Promise<void> {
  const login = { email: anna.email, password: 'wrong' }
  await Promise.all([
    ask('GET', '/metrics'),
    ask('GET', '/readyz'),
    ask('GET', '/openapi.json'),
    ask('GET', '/v1/me', { cookie: anna.cookie }),
    ask('GET', '/v1/conversations?view=all', { cookie: anna.cookie }),
    ask('GET', '/v1/thread', { token }),
    ask('POST', '/v1/login', { body: login }),
    ask('POST', '/v1/login', { body: '{' }),
    ask('POST', '/v1/session', { body: { site: site.key, identity: 'x.y.z', token: 'x' } }),
    ask('GET', '/v1/none'),
    ask('PUT', '/v1/me/presence', { cookie: anna.cookie, body: { presence: 4 } }),
  ])
}

/** The pages, and every script and style they name. */
async function fetchFiles({ ask, site }: Ground): Promise<{ path: string; text: string }[]> {
  const found = new Map<string, string>()
  const visit = async (path: string): Promise<void> => {
    if (found.has(path)) return
    const { status, text } = await ask('GET', path)
    if (status !== 200) return
    found.set(path, text)
    const inner = [...text.matchAll(/(?:\/w\/assets|\/console\/assets|\/demo\/assets|\/docs)\/[\w.-]+\.(?:js|css|svg)/g)].map(
      ([name]) => name,
    )
    for (const name of new Set(inner)) await visit(name)
  }
  for (const path of ['/console', '/demo', '/docs', `/w/${site.key}.js`]) await visit(path)
  return [...found].map(([path, text]) => ({ path, text }))
}

const dependencies: Attack = {
  id: 'S40',
  title: 'packages with known holes',
  async run({ ask }) {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile
    const installed = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')) as LockFile
    const below = [...belowFloor(lock), ...belowFloor(installed)]
    const loose = unpinned(lock)
    const server = await ask('GET', '/healthz')
    return [
      attempt(
        'no package is below its floor, as locked and as installed',
        below.length === 0,
        below.join(', ') || `${Object.keys(installed.packages).length} packages`,
      ),
      attempt('the lock file pins the content of each', loose.length === 0, loose.join(', ') || 'SHA-512 of all'),
      attempt(
        'the server does not tell what it is made of',
        !server.headers.has('x-powered-by') && !server.headers.has('server'),
        [...server.headers.keys()].join(', '),
      ),
      await audit(),
    ]
  },
}

/** `npm audit` of what runs in production. A registry without advisories is told, not counted. */
async function audit(): Promise<Attempt> {
  const tried = 'npm audit of what runs in production'
  const output = await new Promise<string>((resolve) => {
    execFile('npm', ['audit', '--omit=dev', '--json'], { cwd: root, timeout: 30_000 }, (_, stdout) => resolve(stdout))
  })
  try {
    const report = JSON.parse(output) as {
      metadata?: { vulnerabilities?: { total: number; high: number; critical: number } }
      message?: string
      error?: { summary?: string }
    }
    const counts = report.metadata?.vulnerabilities
    if (counts === undefined)
      return notYet(tried, `the registry does not answer: ${(report.message ?? report.error?.summary ?? 'no report').slice(0, 120)}`)
    return attempt(tried, counts.total === 0, `${counts.total} known holes, ${counts.high + counts.critical} of them grave`)
  } catch {
    return notYet(tried, 'the registry does not answer')
  }
}

const boundAddresses: Attack = {
  id: 'S41',
  title: 'what listens beyond this machine after the default start',
  async run({ stack }) {
    if (!existsSync('/proc/net/tcp')) return [notYet('the addresses the stack listens on', 'this machine has no /proc to read them from')]
    const parts = readdirSync(join(stack.home, 'run')).filter((name) => name.endsWith('.json'))
    const attempts: Attempt[] = []
    const all: Listening[] = []
    for (const name of parts) {
      const pid = readMark(join(stack.home, 'run', name))
      const sockets = pid === undefined ? [] : listeningOn(pid)
      all.push(...sockets)
      const open = sockets.filter(({ loopback }) => !loopback)
      attempts.push(
        attempt(
          `${name.replace('.json', '')} listens on loopback only`,
          pid !== undefined && open.length === 0,
          sockets.map(({ address, port }) => `${address}:${port}`).join(', ') || 'nothing',
        ),
      )
    }
    return [
      ...attempts,
      attempt('the sockets were found: HTTP, NATS, Postgres', all.length >= 3, `${all.length} sockets`),
      attempt('nothing but these files says otherwise: no monitoring port', all.length === 3, `${all.length} sockets`),
    ]
  },
}

const logsWithoutTexts: Attack = {
  id: 'S42',
  title: 'message texts, names, e-mails and passwords in the logs',
  async run(ground) {
    const { ask, anna } = ground
    const word = () => `marker${newId()}`
    const marks = {
      text: word(),
      note: word(),
      name: word(),
      email: `${word()}@example.com`,
      password: word(),
      title: word(),
      login: `${word()}@example.com`,
    }
    const visitor = await meetVisitor(ground, ground.site, { page: { url: `https://shop.example/${marks.title}`, title: marks.title } })
    await ask('PATCH', '/v1/visitor', {
      token: visitor.token,
      body: { name: marks.name, email: marks.email, page: { url: 'https://shop.example', title: marks.title } },
    })
    await say(ground, visitor, marks.text)
    await ask('POST', '/v1/login', { body: { email: marks.login, password: marks.password } })
    await ask('POST', '/v1/login', { body: { email: anna.email, password: marks.password } })
    await ask('PATCH', '/v1/visitor', {
      token: visitor.token,
      body: { email: `${marks.email} is no e-mail`, name: `${marks.name}${'x'.repeat(200)}` },
    })
    await ask('POST', '/v1/session', { body: `{"site": "${marks.text}` })
    await ask('GET', `/v1/${marks.text}?text=${marks.text}`)
    const logs = ground.logs()
    const found = Object.entries(marks).filter(([, mark]) => logs.includes(mark))
    return [
      attempt(
        `${Object.keys(marks).length} marked texts through the whole product, right and wrong, at the level debug`,
        found.length === 0,
        found.map(([name]) => name).join(', ') || `none in ${logs.length} characters`,
      ),
      attempt('the logs were there to be searched', logs.includes('"level"'), `${logs.split('\n').length} lines`),
      modes(ground),
    ]
  },
}

/** Logs and secrets are for the one who runs Usher. */
function modes({ stack }: Ground): Attempt {
  const files = ['keys.json', 'operator.json', 'settings.json', 'demo.json', 'log/server.log', 'log/postgres.log', 'log/nats-server.log']
  const open = files.filter((name) => (statSync(join(stack.home, name)).mode & 0o077) !== 0)
  return attempt(
    'files of secrets and logs are readable by their owner only',
    open.length === 0,
    open.join(', ') || `${files.length} files of mode 600`,
  )
}

export const houseAttacks: readonly Attack[] = [secretsOutside, dependencies, boundAddresses, logsWithoutTexts]
