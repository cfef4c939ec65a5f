import { dialEdge } from '../../test/raw-client.ts'
import { type Attack, type Attempt, attempt, notYet } from '../attempt.ts'
import { inShort } from '../kit/ask.ts'
import { browse, openChat, tagOf, writeInChat } from '../kit/browse.ts'
import type { Ground } from '../kit/ground.ts'
import { meetVisitor, meetWriter, natsTokenOf } from '../kit/people.ts'

/** What a hostile frame or window says to whoever listens. */
const noises = `[null, 1, 'open', '{"type":"open"}', {type:'usher'}, {command:'logout'}, {type:'message', text:'x'}, JSON.parse('{"__proto__":{"polluted":1}}'), {data:{__proto__:{polluted:1}}}]`

const foreignMessages: Attack = {
  id: 'S22',
  title: 'postMessage from other origins, frames and windows',
  async run(ground) {
    const { evilPages, pages } = ground
    const frame = evilPages.put(
      '/noise',
      `<script>setInterval(() => { for (const noise of ${noises}) parent.postMessage(noise, '*') }, 20)</script>`,
    )
    const sandboxed = `<iframe sandbox="allow-scripts" srcdoc="<script>for (let n = 0; n < 50; n++) parent.postMessage({type:'usher',__proto__:{polluted:1}}, '*')</script>"></iframe>`
    const page = pages.put(
      '/embedding',
      `<!doctype html><title>Shop</title>${tagOf(ground)}<iframe src="${frame}"></iframe>${sandboxed}<script>let heard = 0; addEventListener('message', () => heard++)</script>`,
    )
    await using watched = await browse(ground)
    await watched.page.goto(page)
    await openChat(watched.page)
    await watched.page.waitForFunction('heard > 100')
    await writeInChat(watched.page, 'through the noise')
    const state = await watched.page.evaluate(
      `({ polluted: {}.polluted, messages: document.querySelector('usher-widget').shadowRoot.querySelectorAll('[data-id]').length, q: typeof Usher })`,
    )
    const troubles = await watched.troubles()
    const stored = await ground.db.query<{ n: number }>(`select count(*)::int as n from messages where body ->> 'text' = 'x'`)
    return [
      attempt(
        'more than 100 messages of a foreign and of a sandboxed frame (origin null): the widget goes on',
        troubles.length === 0,
        troubles[0] ?? 'it works',
      ),
      attempt(
        'nothing was opened, sent, polluted or forgotten',
        JSON.stringify(state) === '{"messages":1,"q":"function"}' && stored[0]?.n === 0,
        state,
      ),
      await noiseAtConsole(ground),
    ]
  },
}

async function noiseAtConsole(ground: Ground): Promise<Attempt> {
  const { evilPages, url, anna } = ground
  await using watched = await browse(ground, { as: anna })
  await watched.page.goto(evilPages.put('/opener', `<button onclick="w = window.open('${url}/console')">open</button>`))
  const [opened] = await Promise.all([watched.context.waitForEvent('page'), watched.page.getByRole('button').click()])
  await opened.locator('#usher nav').waitFor()
  const reach = await watched.page.evaluate(
    `(() => { try { for (const noise of ${noises}) w.postMessage(noise, '*') } catch {} return w.closed })()`,
  )
  const opener = await opened.evaluate('window.opener === null')
  return attempt(
    'a window that opens the console holds nothing of it (Cross-Origin-Opener-Policy)',
    reach === true && opener === true,
    `its handle says closed: ${reach}, the console has an opener: ${opener !== true}`,
  )
}

const hostileHost: Attack = {
  id: 'S23',
  title: 'a page that redirects the widget, or uses a token from elsewhere',
  async run(ground) {
    const { pages, evilPages, site } = ground
    const evil = evilPages.origin
    const html = `<!doctype html><base href="${evil}/"><title>Shop</title><script>
      window.__USHER_SETTINGS__ = { baseUrl: '${evil}', siteKey: 'x' }; window.baseUrl = '${evil}'
      Usher = function () { (Usher.q = Usher.q || []).push(arguments) }
      for (const command of ['boot', 'init', 'config', 'set', 'constructor', '__proto__', 'toString']) Usher(command, { baseUrl: '${evil}', url: '${evil}', app: '${evil}/x.js' })
      </script>${tagOf(ground).replace('<script', `<script data-base-url="${evil}" data-app="${evil}/x.js"`)}`
    await using watched = await browse(ground)
    const asked: string[] = []
    watched.page.on('request', (request) => asked.push(request.url()))
    watched.page.on('websocket', (socket) => asked.push(socket.url()))
    await watched.page.goto(`${pages.put('/redirecting', html)}?baseUrl=${evil}&usher=${evil}#baseUrl=${evil}`)
    await openChat(watched.page)
    await writeInChat(watched.page, 'to the right server')
    const astray = asked.filter((address) => new URL(address).host === new URL(evil).host)
    const inPage = await watched.page.evaluate(() => document.documentElement.outerHTML + location.href + document.cookie)
    const token = await watched.page.evaluate((key) => localStorage.getItem(`usher.${key}`) ?? '', site.key)
    return [
      attempt(
        'settings, globals, commands, attributes, base and query that name another server',
        astray.length === 0 && asked.length > 3,
        astray[0] ?? `${asked.length} requests, none astray`,
      ),
      attempt('the token stands in no address, no cookie and nowhere in the document', token !== '' && !inPage.includes(token), 'nowhere'),
      ...(await fromElsewhere(ground)),
      notYet('scripts of the page itself read the token', 'accepted: it lies in the site’s own storage, see decision 0007'),
    ]
  },
}

/** Another website with a token it got hold of. */
async function fromElsewhere(ground: Ground): Promise<Attempt[]> {
  const { ask, evilPages, edgeUrl, anna, site } = ground
  const visitor = await meetVisitor(ground)
  const headers = { Origin: evilPages.origin }
  const thread = await ask('GET', '/v1/thread', { token: visitor.token, headers })
  const session = await ask('POST', '/v1/session', { body: { site: site.key, token: visitor.token }, headers })
  const asNull = await ask('GET', '/v1/thread', { token: visitor.token, headers: { Origin: 'null' } })
  const ends: string[] = []
  for (const [jwt, origin] of [
    [visitor.jwt, evilPages.origin],
    [await natsTokenOf(ground, anna), evilPages.origin],
    [await natsTokenOf(ground, anna), ground.pages.origin],
    [visitor.jwt, 'null'],
  ] as const) {
    ends.push(
      await dialEdge(edgeUrl, { jwt, origin }).then(
        async (client) => `${(await client.closed).code}`,
        (error: unknown) => String(error),
      ),
    )
  }
  return [
    attempt(
      'a thread and a session from an origin the site does not allow, and from none',
      [thread, session, asNull].every(({ status }) => status === 403),
      [thread, session, asNull].map(inShort).join(', '),
    ),
    attempt(
      'sockets from there, and an agent’s socket from a page of the site',
      ends.every((end) => end === '1008' || /\b403\b/.test(end)),
      ends.join(', '),
    ),
  ]
}

/** Commands an agent's browser could be made to send. */
const commands: [string, string, object][] = [
  ['POST', '/v1/logout', {}],
  ['POST', '/v1/login', { email: 'x@example.com', password: 'x' }],
  ['PUT', '/v1/me/presence', { presence: 'offline' }],
]

const crossSite: Attack = {
  id: 'S25',
  title: 'cross-site requests that ride on an agent’s cookie',
  async run(ground) {
    const { ask, anna, evilPages } = ground
    const { conversation } = await meetWriter(ground)
    const all = [
      ...commands,
      ...['assign', 'resolve', 'reopen'].map(
        (name) => ['POST', `/v1/conversations/${conversation}/${name}`, {}] as [string, string, object],
      ),
    ]
    const sources: [string, Record<string, string>][] = [
      ['another origin', { Origin: evilPages.origin }],
      ['a sandboxed frame', { Origin: 'null' }],
      ['a cross-site fetch', { 'Sec-Fetch-Site': 'cross-site', Origin: ground.url }],
      ['a subdomain', { 'Sec-Fetch-Site': 'same-site' }],
      ['a form, without Origin', { 'Content-Type': 'application/x-www-form-urlencoded' }],
      ['a form of text/plain, without Origin', { 'Content-Type': 'text/plain' }],
      ['an origin that only begins like ours', { Origin: `${ground.url}.evil.example` }],
      ['our host over another scheme', { Origin: ground.url.replace('http:', 'https:') }],
    ]
    const attempts: Attempt[] = []
    for (const [name, headers] of sources) {
      const answers = await Promise.all(all.map(([method, path, body]) => ask(method, path, { cookie: anna.cookie, body, headers })))
      attempts.push(
        attempt(
          `${all.length} commands from ${name}`,
          answers.every(({ status }) => status === 403),
          answers.map(inShort).join(', '),
        ),
      )
    }
    const me = await ask('GET', '/v1/me', { cookie: anna.cookie })
    const cors = await ask('GET', '/v1/me', { cookie: anna.cookie, headers: { Origin: evilPages.origin } })
    const preflight = await ask('OPTIONS', '/v1/me/presence', {
      headers: { Origin: evilPages.origin, 'Access-Control-Request-Method': 'PUT' },
    })
    return [
      ...attempts,
      attempt('the agent is still logged in', me.status === 200, inShort(me)),
      attempt(
        'no answer to an agent may be read by another origin',
        [cors, preflight].every(
          ({ headers }) => !headers.has('access-control-allow-origin') && !headers.has('access-control-allow-credentials'),
        ),
        `${inShort(cors)}, preflight ${inShort(preflight)}`,
      ),
      ...(await fromChromium(ground)),
    ]
  },
}

/** The same from a page in the agent's own browser: another port is another origin, but the same site, so the cookie is sent along. */
async function fromChromium(ground: Ground): Promise<Attempt[]> {
  const { url, evilPages, anna } = ground
  await using watched = await browse(ground, { as: anna })
  const { page } = watched
  const sent = new Map<string, number>()
  page.on('response', (response) => sent.set(`${response.request().method()} ${new URL(response.url()).pathname}`, response.status()))
  await page.goto(
    evilPages.put(
      '/csrf',
      `<form method="post" action="${url}/v1/logout" enctype="text/plain"><input name='{"a":"' value='"}'></form><script>
    const plain = (method, path, type) => fetch('${url}' + path, { method, mode: 'no-cors', credentials: 'include', headers: { 'Content-Type': type }, body: '{}' }).catch(() => 0)
    const loud = (method, path) => fetch('${url}' + path, { method, credentials: 'include', headers: { 'Content-Type': 'application/json' }, body: '{"presence":"offline"}' }).then(() => 'read', () => 'refused')
    run = async () => { await plain('POST', '/v1/logout', 'text/plain'); await plain('POST', '/v1/logout', 'application/x-www-form-urlencoded'); return [await loud('PUT', '/v1/me/presence'), await loud('POST', '/v1/logout'), await fetch('${url}/v1/me', { credentials: 'include' }).then(() => 'read', () => 'refused')] }
  </script>`,
    ),
  )
  const loud = await page.evaluate('run()')
  await Promise.all([page.waitForURL(`${url}/**`), page.evaluate(() => document.forms[0]?.submit())])
  await page.goto(`${url}/console`)
  const me = await page.evaluate(() => fetch('/v1/me').then(({ status }) => status))
  return [
    attempt(
      'in Chromium: a form and three kinds of fetch from another origin of the same site',
      me === 200 && sent.get('POST /v1/logout') === 403,
      `logout answers ${sent.get('POST /v1/logout')}; afterwards /v1/me answers ${me}`,
    ),
    attempt(
      'in Chromium: what needs a preflight is not sent, what needs none is not read',
      JSON.stringify(loud) === '["refused","refused","refused"]',
      loud,
    ),
  ]
}

const framing: Attack = {
  id: 'S26',
  title: 'put the console into somebody else’s frame',
  async run(ground) {
    const { url, evilPages, pages, otherSite, ask } = ground
    const attempts: Attempt[] = []
    await using watched = await browse(ground, { as: ground.anna })
    for (const path of ['/console', '/docs', '/demo/']) {
      await watched.page.goto(
        evilPages.put('/frame', `<iframe src="${url}${path}"></iframe><object data="${url}${path}"></object><embed src="${url}${path}">`),
        { waitUntil: 'load' },
      )
      const frames = watched.page.frames().slice(1)
      const shown = await Promise.all(
        frames.map((frame) =>
          frame.evaluate(() => (location.protocol.startsWith('http') ? document.body?.childElementCount : 0)).catch(() => 0),
        ),
      )
      attempts.push(
        attempt(
          `${path} in an iframe, an object and an embed of another origin`,
          frames.length > 0 && shown.every((count) => count === 0),
          `${frames.length} frames, all empty`,
        ),
      )
    }
    const policy = (await ask('GET', '/console')).headers
    attempts.push(
      attempt(
        'frame-ancestors and X-Frame-Options of the console',
        (policy.get('content-security-policy') ?? '').includes(`frame-ancestors 'none'`) && policy.get('x-frame-options') === 'DENY',
        policy.get('x-frame-options'),
      ),
    )
    return [
      ...attempts,
      await foreignTag(ground, evilPages.put('/stolen', `<!doctype html>${tagOf(ground, otherSite.key)}`), false),
      await foreignTag(ground, pages.put('/allowed', `<!doctype html>${tagOf(ground, otherSite.key)}`), true),
    ]
  },
}

/** The widget has no frame of its own; a page that is not on the site's list gets no session. */
async function foreignTag(ground: Ground, address: string, allowed: boolean): Promise<Attempt> {
  await using watched = await browse(ground)
  await watched.page.goto(address)
  const answer = watched.page.waitForResponse(
    (response) => response.url().endsWith('/v1/session') && response.request().method() === 'POST',
  )
  await watched.page.locator('usher-widget .launcher').click()
  const status = (await answer).status()
  return attempt(
    `the tag on a page of ${allowed ? 'an allowed' : 'a foreign'} origin`,
    status === (allowed ? 201 : 403),
    `its session is answered with ${status}`,
  )
}

export const browserOriginAttacks: readonly Attack[] = [foreignMessages, hostileHost, crossSite, framing]
