import { dedupId, type Presence, permissions, type Session, subjects, toSeq } from '@usher-chat/sdk/protocol'
import type { WebSocket } from 'ws'
import type { Caller, Dialect, DialOptions, Hears, Line } from './dialect.ts'
import { createMessageIds, readMessageNumber } from './message-number.ts'
import { natsCommands, readAnswer } from './nats-commands.ts'
import { createNatsReader, type NatsMessage } from './nats-reader.ts'
import { openSocket } from './open-socket.ts'
import type { BenchSite, Target } from './target.ts'
import { untilLetIn } from './until-let-in.ts'

type UsherTarget = Extract<Target, { kind: 'usher' }>

/** What a line needs to know of its owner. */
interface Person {
  role: 'visitor' | 'agent'
  id: string
  sites: readonly string[]
  url: string
  jwt: string
  epoch: number
}

/** The way of the browser without the SDK: a session from the HTTP interface, then the NATS protocol over a WebSocket to the edge. */
export function usherDialect({ urls, sites }: UsherTarget): Dialect {
  const messageId = createMessageIds()
  let turn = 0
  const nextUrl = () => urls[turn++ % urls.length] as string
  // All servers of an installation have the address of the first.
  const home = urls[0] as string
  const siteAt = (n: number): BenchSite => {
    const site = sites[n]
    if (site === undefined) throw new Error(`unable to open a line; there are only ${sites.length} sites`)
    return site
  }
  const visitor = async (site: number): Promise<Caller> => {
    const base = nextUrl()
    const { siteKey } = siteAt(site)
    const start = (token?: string) => startSession(base, home, token === undefined ? { site: siteKey } : { site: siteKey, token })
    let session = await start()
    let person = personOf(session)
    return {
      dial: (options) => dial(person, messageId, options),
      async renew() {
        session = await start(session.token)
        person = personOf(session)
      },
    }
  }
  const agent = async (site: number, nth: number): Promise<Caller> => {
    const login = siteAt(site).logins[nth]
    if (login === undefined) throw new Error(`unable to log in; site ${site} has no agent ${nth}`)
    let person = await agentPerson(home, login)
    return {
      dial: (options) => dial(person, messageId, options),
      async renew() {
        person = await agentPerson(home, login)
      },
      leave: () => setPresence(home, person.headers, 'offline'),
    }
  }
  return { visitor, agent }
}

const personOf = ({ visitor, nats, epoch, site }: Session): Person => ({
  role: 'visitor',
  id: visitor.id,
  sites: [site.id],
  url: nats.url,
  jwt: nats.jwt,
  epoch,
})

/** A session of the server at `base`, asked for by a page of `origin`. */
async function startSession(base: string, origin: string, request: { site: string; token?: string }): Promise<Session> {
  const { json } = await ask<Session>(`${base}/v1/session`, { method: 'POST', body: JSON.stringify(request), headers: { origin } })
  return { ...json, nats: { ...json.nats, url: edgeOf(base) } }
}

/** Several servers of one installation tell one public address; the generator goes to each of them. */
const edgeOf = (url: string): string => `${new URL(url).origin.replace('http', 'ws')}/nats`

async function agentPerson(base: string, login: BenchSite['logins'][number]): Promise<Person & { headers: { cookie: string } }> {
  const { json: me, cookie } = await ask<{ id: string; sites: { id: string }[] }>(`${base}/v1/login`, {
    method: 'POST',
    body: JSON.stringify(login),
  })
  const headers = { cookie }
  await setPresence(base, headers, 'online')
  const { json: nats } = await ask<{ jwt: string; epoch: number }>(`${base}/v1/me/nats`, { headers })
  return { role: 'agent', id: me.id, sites: me.sites.map(({ id }) => id), url: edgeOf(base), headers, ...nats }
}

async function setPresence(base: string, headers: { cookie: string }, presence: Presence): Promise<void> {
  await ask(`${base}/v1/me/presence`, { method: 'PUT', body: JSON.stringify({ presence }), headers })
}

async function ask<T>(url: string, init: RequestInit): Promise<{ json: T; cookie: string }> {
  const headers = { 'content-type': 'application/json', origin: new URL(url).origin, ...init.headers }
  const response = await fetch(url, { ...init, headers })
  const text = await response.text()
  if (!response.ok) throw new Error(`unable to ask ${url}; ${response.status} ${text.slice(0, 300)}`)
  return { json: JSON.parse(text) as T, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' }
}

/** How often an agent says that they are there, ms. */
const beatMs = 10_000

function dial(person: Person, messageId: (n: number) => string, options: DialOptions): Promise<Line> {
  return untilLetIn(options, ({ done, over }) => {
    const saved = createSavedSeqs(options.hears)
    let beats: NodeJS.Timeout | undefined
    let error = ''
    const read = createNatsReader({
      message: listener(person, options.hears, saved),
      line(text) {
        if (text.startsWith('INFO')) ws.send(Buffer.from(greeting(person)))
        else if (text === 'PING') ws.send(Buffer.from('PONG\r\n'))
        else if (text.startsWith('-ERR')) {
          error = ` (${text})`
          options.hears.failed(text)
        } else if (text === 'PONG') {
          if (person.role === 'agent') beats ??= startBeats(ws, person)
          done()
        }
      },
    })
    const ws = openSocket({
      url: person.url,
      localAddress: options.localAddress,
      onFrame: read,
      onClose(reason) {
        clearInterval(beats)
        over(`${reason}${error}`)
      },
    })
    return {
      send(n, text) {
        saved.expect()
        ws.send(publish(person, n, messageId(n), text))
      },
      close: () => ws.terminate(),
    }
  })
}

function greeting(person: Person): string {
  const fill = (pattern: string) =>
    pattern.includes('{site}')
      ? person.sites.map((site) => pattern.replace('{site}', site).replace('{id}', person.id))
      : [pattern.replace('{id}', person.id)]
  const subscriptions = permissions[person.role].subscribe.flatMap(fill)
  return `${natsCommands.connect(person.jwt)}${subscriptions.map((subject, n) => natsCommands.subscribe(subject, n + 1)).join('')}PING\r\n`
}

function publish({ id, sites }: Person, n: number, messageId: string, text: string): Buffer {
  return Buffer.from(
    natsCommands.publish({
      subject: subjects.visitorMessage(sites[0] as string, id),
      reply: `${subjects.inboxPrefix(id)}.${n}`,
      dedupId: dedupId(id, messageId),
      payload: `{"v":1,"id":"${messageId}","kind":"text","body":{"text":${JSON.stringify(text)}}}`,
    }),
  )
}

function startBeats(ws: WebSocket, { id }: Person): NodeJS.Timeout {
  const beat = () => {
    const payload = '{"v":1,"presence":"online"}'
    ws.send(Buffer.from(`PUB ${subjects.presence(id)} ${payload.length}\r\n${payload}\r\n`))
  }
  beat()
  return setInterval(beat, beatMs)
}

/** Sorts what arrives: acknowledgements, messages on this screen, and seqs that are saved. */
function listener({ id, epoch }: Person, hears: Hears, saved: SavedSeqs): (message: NatsMessage) => void {
  const inbox = `${subjects.inboxPrefix(id)}.`
  return ({ subject, payload }) => {
    if (subject.startsWith('live.')) {
      const n = subject.endsWith('.visitor') ? readMessageNumber(payload) : undefined
      if (n !== undefined) hears.screen(n)
    } else if (subject.startsWith(inbox)) {
      const answer = readAnswer(payload)
      if ('refused' in answer) return hears.failed(answer.refused)
      const n = Number(subject.slice(inbox.length))
      hears.acked(n)
      saved.sent(n, toSeq(epoch, answer.seq))
    } else if (subject.startsWith('saved.')) saved.notice(payload)
  }
}

interface SavedSeqs {
  /** This line sends: notices are of interest. */
  expect(): void
  /** Message `n` has this seq. */
  sent(n: number, seq: number): void
  /** The payload of a notice. */
  notice(payload: Buffer): void
}

/** Matches the seqs of own messages with those that are committed, whichever is told first. */
function createSavedSeqs(hears: Hears): SavedSeqs {
  const waiting = new Map<number, number>()
  const early = new Set<number>()
  let sends = false
  const committed = (seq: number): void => {
    const n = waiting.get(seq)
    if (n === undefined) early.add(seq)
    else if (waiting.delete(seq)) hears.saved(n)
  }
  return {
    expect() {
      sends = true
    },
    sent(n, seq) {
      if (early.delete(seq)) hears.saved(n)
      else waiting.set(seq, n)
    },
    notice(payload) {
      // Other tabs and agents sent nothing, so they have nothing to match.
      if (!sends) return
      for (const seq of (JSON.parse(payload.toString('utf8')) as { seqs: number[] }).seqs) committed(seq)
    },
  }
}
