import { type OwnStack, startOwnStack } from '../../replay/own-stack.ts'
import { addressKey } from '../../src/access/caller-address.ts'
import { pub } from '../../test/edge-commands.ts'
import { dialEdge, type RawClient } from '../../test/raw-client.ts'
import { type Attack, type Attempt, attempt, notYet } from '../attempt.ts'
import { type Ask, createAsk, inShort } from '../kit/ask.ts'
import { type GroundVisitor, meetVisitor, type NamedSite, visitorMessage } from '../kit/people.ts'

/** A stack as `npm start` makes it: the limits are the defaults of the configuration. */
interface Door {
  ask: Ask
  site: NamedSite
  edgeUrl: string
  stack: OwnStack
}

const rates: Attack = {
  id: 'S34',
  title: 'too much of everything, with made-up addresses',
  async run() {
    const stack = await startOwnStack()
    try {
      const { url, site, siteKey } = stack.demo
      const door: Door = {
        ask: createAsk(url, () => {}),
        site: { id: site, key: siteKey, secret: '' },
        edgeUrl: `${url.replace('http', 'ws')}/nats`,
        stack,
      }
      const visitor = await meetVisitor(door)
      return [...(await overTheEdge(door, visitor)), ...(await overHttp(door, visitor)), await handshakes(door), ...addresses()]
    } finally {
      await stack.stop()
    }
  },
}

async function overTheEdge({ edgeUrl }: Door, visitor: GroundVisitor): Promise<Attempt[]> {
  await using client = await dialEdge(edgeUrl, { jwt: visitor.jwt })
  await client.flush()
  client.send(...Array.from({ length: 30 }, (_, n) => visitorMessage(visitor, `flood ${n}`)))
  const messages = await client.flush()
  client.send(...Array.from({ length: 60 }, () => pub(`pulse.${visitor.site}.${visitor.id}.visitor`, '{"v":1,"type":"typing"}')))
  const pulses = await client.flush()
  const subs = await subscriptions(client, visitor)
  const clients = await Promise.all(Array.from({ length: 5 }, () => dialEdge(edgeUrl, { jwt: visitor.jwt })))
  const sixth = await Promise.race([
    ...clients.map(({ closed }) => closed),
    new Promise<undefined>((resolve) => setTimeout(resolve, 5_000)),
  ])
  for (const extra of clients) extra.ws.terminate()
  client.send(...Array.from({ length: 400 }, () => visitorMessage(visitor, 'abuse')))
  const end = await client.closed
  return [
    attempt('30 messages at once: 20 pass', refusals(messages) === 10, `${refusals(messages)} refused`),
    attempt('60 pulses at once: 40 pass', refusals(pulses) === 20, `${refusals(pulses)} refused`),
    attempt('20 subscriptions: 16 pass', subs === 4, `${subs} refused`),
    attempt('a sixth socket of one visitor', sixth?.code === 4429, sixth ? `${sixth.code} ${sixth.reason}` : 'stays open'),
    attempt('going on all the same ends the socket', end.code === 1008, `${end.code} ${end.reason}`),
  ]
}

const refusals = (heard: string): number => heard.match(/-ERR/g)?.length ?? 0

async function subscriptions(client: RawClient, visitor: GroundVisitor): Promise<number> {
  client.send(...Array.from({ length: 20 }, (_, n) => `SUB _INBOX.${visitor.id}.${n} ${n + 1}\r\n`))
  return refusals(await client.flush())
}

/** A header anybody can write changes nothing: only a proxy the operator named may say who calls. */
const madeUp = (n: number): Record<string, string> => ({
  'X-Forwarded-For': `10.0.${n >> 8}.${n & 255}`,
  Forwarded: `for=10.0.0.${n & 255}`,
  'X-Real-IP': `10.0.0.${n & 255}`,
})

/** Asks so often at once. A bucket of `limit` fills anew in `windowMs`, so a slow machine lets a few more pass. */
async function many(count: number, bucket: { limit: number; windowMs: number }, one: (n: number) => ReturnType<Ask>) {
  const since = performance.now()
  const answers = await Promise.all(Array.from({ length: count }, (_, n) => one(n)))
  const passed = answers.filter(({ status }) => status !== 429).length
  const most = bucket.limit + Math.ceil(((performance.now() - since) * bucket.limit) / bucket.windowMs)
  return { held: passed <= most && passed > 0, came: `${passed} passed, at most ${most} may`, answers }
}

async function overHttp({ ask, site, stack }: Door, visitor: GroundVisitor): Promise<Attempt[]> {
  const tenSeconds = { limit: 60, windowMs: 10_000 }
  const { email = '', password = '' } = stack.demo.agents[0] ?? {}
  const logIn = (guess: string, n: number) => ask('POST', '/v1/login', { body: { email, password: guess }, headers: madeUp(n) })
  const reads = await many(120, tenSeconds, (n) => ask('GET', '/v1/thread', { token: visitor.token, headers: madeUp(n) }))
  const sessions = await many(120, tenSeconds, (n) => ask('POST', '/v1/session', { body: { site: site.key }, headers: madeUp(n) }))
  const logins = await many(20, { limit: 10, windowMs: 60_000 }, (n) => logIn(`guess ${n}`, n))
  const right = await logIn(password, 200)
  const told = sessions.answers.find(({ status }) => status === 429)?.headers.get('retry-after')
  return [
    attempt('120 reads of a thread at once, 60 in 10 s may pass', reads.held, reads.came),
    attempt('120 sessions at once from as many made-up addresses, 60 in 10 s may pass', sessions.held, sessions.came),
    attempt('a refusal tells how long to wait', Number(told) > 0, `Retry-After ${told}`),
    attempt('20 guesses of a password from made-up addresses, 10 a minute may pass', logins.held, logins.came),
    attempt('the right one right after them waits as well', right.status === 429, inShort(right)),
    notYet('uploads and search', 'there are none yet'),
  ]
}

async function handshakes({ edgeUrl }: Door): Promise<Attempt> {
  const dials = await Promise.allSettled(Array.from({ length: 120 }, () => dialEdge(edgeUrl)))
  const refused = dials.filter((dial) => dial.status === 'rejected' && String(dial.reason).includes('429')).length
  for (const dial of dials) if (dial.status === 'fulfilled') dial.value.ws.terminate()
  return attempt('120 handshakes at once: about 60 pass', refused >= 40, `${refused} refused`)
}

function addresses(): Attempt[] {
  const [one, other, third] = ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:3::1'].map(addressKey)
  return [attempt('IPv6 addresses of one /64 share a rate, the next /64 has its own', one === other && one !== third, `${one}, ${third}`)]
}

export const limitAttacks: readonly Attack[] = [rates]
