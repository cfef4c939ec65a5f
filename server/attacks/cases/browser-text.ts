import { encode, maxTextLength, newMessageId, subjects } from '@usher-chat/sdk/protocol'
import { tokenizeText } from '../../../widget/src/ui/tokenize-text.ts'
import { connectBus } from '../../src/bus/connect-bus.ts'
import { silentLog } from '../../src/log.ts'
import { hpub, messageHeader, textMessage } from '../../test/edge-commands.ts'
import { dialEdge } from '../../test/raw-client.ts'
import { waitFor } from '../../test/wait-for.ts'
import { type Attack, type Attempt, attempt, notYet } from '../attempt.ts'
import { inShort } from '../kit/ask.ts'
import { browse, openChat, readScrolling, readUntil, type WatchedPage, writeInChat } from '../kit/browse.ts'
import type { Ground } from '../kit/ground.ts'
import { fairLinks, hostileLinks, hostileTexts, textBombs } from '../kit/hostile-texts.ts'
import { agentMessage, conversationOf, type GroundVisitor, meetVisitor, meetWriter, natsTokenOf, say } from '../kit/people.ts'

const consoleLog = '#usher [role="log"]'
const widgetLog = 'usher-widget [role="log"]'

/** The console of Anna with one conversation open, without its policy. */
async function openConsole(ground: Ground, conversation: string): Promise<WatchedPage> {
  const watched = await browse(ground, { as: ground.anna, bypassCSP: true })
  await watched.page.goto(`${ground.url}/console#/all/${conversation}/visitor`)
  await watched.page.locator(consoleLog).waitFor()
  return watched
}

/** A visitor in Chromium on the demo's page without its policy, who has written; and who they are. */
async function openWidget(ground: Ground, text: string): Promise<{ watched: WatchedPage; visitor: Pick<GroundVisitor, 'id' | 'site'> }> {
  const watched = await browse(ground, { bypassCSP: true })
  await watched.page.goto(`${ground.url}/demo`)
  await openChat(watched.page)
  await writeInChat(watched.page, text)
  const [row] = await ground.db.query<{ id: string }>(`select visitor_id as id from messages where body ->> 'text' = $1`, [text])
  return { watched, visitor: { id: row?.id ?? '', site: ground.site.id } }
}

async function answerAs(
  ground: Ground,
  cookie: string,
  agent: string,
  to: Pick<GroundVisitor, 'id' | 'site'>,
  texts: readonly string[],
): Promise<void> {
  await using client = await dialEdge(ground.edgeUrl, { jwt: await natsTokenOf(ground, { cookie }) })
  client.send(...texts.map((text) => agentMessage(to, agent, text)))
  const answer = await client.flush()
  if (answer.includes('-ERR')) throw new Error(`unable to answer; the edge says ${answer}`)
}

const scripts: Attack = {
  id: 'S1',
  title: `${hostileTexts.length} texts that are scripts, as messages, names, titles, addresses and settings`,
  async run(ground) {
    const attempts = [await inConsoleThread(ground), ...(await inConsoleCards(ground)), await inWidget(ground), await inSettings(ground)]
    return [...attempts, notYet('in mails, file names and custom attributes', 'there are none yet')]
  },
}

async function inConsoleThread(ground: Ground): Promise<Attempt> {
  const { visitor, conversation } = await meetWriter(ground)
  await say(ground, visitor, ...hostileTexts)
  await using watched = await openConsole(ground, conversation)
  const { text, troubles } = await readUntil(watched, consoleLog, hostileTexts.at(-1) ?? '')
  const missing = hostileTexts.filter((hostile) => !text.includes(hostile))
  return attempt(
    'messages of a visitor in the console: letters, and nothing else',
    troubles.length === 0 && missing.length === 0,
    troubles[0] ?? (missing[0] === undefined ? 'all as letters' : `not seen: ${missing[0]}`),
  )
}

async function inConsoleCards(ground: Ground): Promise<Attempt[]> {
  const people = await Promise.all(hostileTexts.map((text) => hostileVisitor(ground, text)))
  await using watched = await openConsole(ground, people[0]?.conversation ?? '')
  const { page } = watched
  const unseen: string[] = []
  for (const { conversation, text } of people) {
    await page.evaluate((hash) => location.assign(hash), `#/all/${conversation}/visitor`)
    const seen = await page
      .locator('.card-top h3')
      .filter({ hasText: text.trim() })
      .waitFor({ timeout: 5_000 })
      .then(
        () => true,
        () => false,
      )
    if (!seen) unseen.push(text)
  }
  const cards = await watched.troubles()
  const list = await readScrolling(watched, '#usher [role="listbox"]')
  return [
    attempt(
      'name, page title and page address on the card of the console',
      cards.length === 0 && unseen.length === 0,
      cards[0] ?? unseen[0] ?? `${people.length} cards`,
    ),
    attempt(
      'name and last message in the list of the console',
      list.troubles.length === 0 && list.text.includes('<'),
      list.troubles[0] ?? 'all as letters',
    ),
  ]
}

async function hostileVisitor(ground: Ground, text: string): Promise<{ conversation: string; text: string }> {
  const page = { url: text, title: text }
  const visitor = await meetVisitor(ground, ground.site, { page, locale: text.slice(0, 35) })
  const patch = await ground.ask('PATCH', '/v1/visitor', { token: visitor.token, body: { name: text, page, locale: text.slice(0, 35) } })
  if (patch.status !== 204) throw new Error(`unable to name a visitor; the server answers ${patch.text}`)
  await say(ground, visitor, text)
  return { conversation: await conversationOf(ground, visitor), text }
}

async function inWidget(ground: Ground): Promise<Attempt> {
  const { ben, db } = ground
  const [was] = await db.query<{ name: string }>('select name from agents where id = $1', [ben.id])
  await db.query('update agents set name = $2 where id = $1', [ben.id, hostileTexts[11]])
  const { watched, visitor } = await openWidget(ground, 'who is there')
  await using _ = watched
  await ground.ask('POST', `/v1/conversations/${await conversationOf(ground, visitor)}/assign`, {
    cookie: ben.cookie,
    body: { take: true },
  })
  await answerAs(ground, ben.cookie, ben.id, visitor, hostileTexts)
  const { text, troubles } = await readUntil(watched, widgetLog, hostileTexts.at(-1) ?? '')
  const missing = hostileTexts.filter((hostile) => !text.includes(hostile))
  await db.query('update agents set name = $2 where id = $1', [ben.id, was?.name])
  return attempt(
    'answers and the name of an agent in the widget: letters, and nothing else',
    troubles.length === 0 && missing.length === 0,
    troubles[0] ?? (missing[0] === undefined ? 'all as letters' : `not seen: ${missing[0]}`),
  )
}

async function inSettings(ground: Ground): Promise<Attempt> {
  const { db, otherSite, pages } = ground
  const texts = {
    title: '</script><script>window.__x=1</script>',
    greeting: '<img src=x onerror=window.__x=1>',
    launcher: '"><svg onload=window.__x=1>\u2028',
  }
  await db.query('update sites set name = $2, texts = $3, color = $4 where id = $1', [
    otherSite.id,
    texts.title,
    JSON.stringify(texts),
    'red;}</style><img src=x onerror=window.__x=1>',
  ])
  await waitFor('the settings to arrive', async () => (await ground.ask('GET', `/w/${otherSite.key}.js`)).text.includes('onerror'))
  await using watched = await browse(ground, { bypassCSP: true })
  const { text } = await ground.ask('GET', `/w/${otherSite.key}.js`)
  // Also as a page would hold it that writes the loader into itself.
  await watched.page.goto(pages.put('/settings', `<!doctype html><title>x</title><script>${text}</script>`))
  await openChat(watched.page)
  const troubles = await watched.troubles()
  await db.query(`update sites set name = 'Other shop', texts = '{}', color = '#5b3df5' where id = $1`, [otherSite.id])
  return attempt(
    'a site’s own name, texts and colour, in the loader',
    troubles.length === 0 && !text.includes('</script>'),
    troubles[0] ?? 'all as letters',
  )
}

const links: Attack = {
  id: 'S2',
  title: 'links that lead elsewhere than they say',
  async run(ground) {
    const texts = [...hostileLinks, ...fairLinks]
    const { visitor, conversation } = await meetWriter(ground)
    await say(ground, visitor, ...texts)
    await using agent = await openConsole(ground, conversation)
    const seenByAgent = await readUntil(agent, consoleLog, texts.at(-1) ?? '')
    const { watched, visitor: reader } = await openWidget(ground, 'send me links')
    await using _ = watched
    await answerAs(ground, ground.anna.cookie, ground.anna.id, reader, texts)
    const seenByVisitor = await readUntil(watched, widgetLog, texts.at(-1) ?? '')
    return [...judgeLinks('console', seenByAgent.links), ...judgeLinks('widget', seenByVisitor.links)]
  },
}

function judgeLinks(where: string, seen: Awaited<ReturnType<typeof readScrolling>>['links']): Attempt[] {
  const bad = seen.filter(({ text }) => hostileLinks.includes(text))
  const unsafe = seen.filter(
    ({ href, rel }) => !/^(https?|mailto):/.test(href) || !['noopener', 'noreferrer', 'nofollow'].every((word) => rel.includes(word)),
  )
  const fair = fairLinks.filter((text) => seen.some((link) => link.text === text))
  return [
    attempt(`${hostileLinks.length} texts that must stay text, in the ${where}`, bad.length === 0, bad[0] ?? 'none is a link'),
    attempt(
      `every link of the ${where} is http, https or mailto, with noopener noreferrer nofollow`,
      unsafe.length === 0 && fair.length === fairLinks.length,
      unsafe[0] ?? `${seen.length} links`,
    ),
  ]
}

/** Longest the links of one message may take to find, ms. */
const mostMs = 50

const bombs: Attack = {
  id: 'S3',
  title: 'texts made to take long',
  async run(ground) {
    const times = Object.entries(textBombs).map(([name, text]) => ({ name, ms: timeOf(() => tokenizeText(text)) }))
    const { visitor, conversation } = await meetWriter(ground)
    await using client = await dialEdge(ground.edgeUrl, { jwt: visitor.jwt })
    const id = newMessageId()
    client.send(
      hpub(subjects.visitorMessage(visitor.site, visitor.id), textMessage('x'.repeat(maxTextLength + 1), id), {
        header: messageHeader(visitor.id, id),
      }),
    )
    const longer = await client.flush()
    await say(ground, visitor, ...Object.values(textBombs).filter((text) => text.trim() !== ''), 'after the bombs')
    await using watched = await openConsole(ground, conversation)
    const since = performance.now()
    const { text, troubles } = await readUntil(watched, consoleLog, 'after the bombs')
    return [
      ...times.map(({ name, ms }) => attempt(`${name}: links found in less than ${mostMs} ms`, ms < mostMs, `${ms.toFixed(1)} ms`)),
      attempt(`a text longer than ${maxTextLength}`, longer.includes('-ERR'), longer),
      attempt(
        'all of them in the console, one after the other',
        troubles.length === 0 && text.includes('after the bombs'),
        troubles[0] ?? `scrolled through in ${Math.round(performance.now() - since)} ms`,
      ),
    ]
  },
}

/** The best of three, ms: other work of the machine is no fault of ours. */
function timeOf(work: () => unknown): number {
  const once = (): number => {
    const since = performance.now()
    work()
    return performance.now() - since
  }
  return Math.min(once(), once(), once())
}

/** What a careless reader would draw as an element. */
const objects: readonly unknown[] = [
  { type: 'img', props: { src: 'x', onerror: 'window.__x=1' }, key: null, ref: null, __v: 1 },
  { type: 'img', props: { src: 'x' }, constructor: null },
  [{ type: 'script', props: { dangerouslySetInnerHTML: { __html: 'window.__x=1' } } }],
  { __html: '<img src=x onerror=window.__x=1>' },
  7,
  null,
]

const objectsAsTexts: Attack = {
  id: 'S5',
  title: 'objects where texts belong',
  async run(ground) {
    const { visitor, conversation } = await meetWriter(ground)
    const refused = await overTheEdge(ground, visitor)
    const patches = await Promise.all(
      objects
        .filter((value) => value !== null)
        .map((name) => ground.ask('PATCH', '/v1/visitor', { token: visitor.token, body: { name, page: { url: name, title: name } } })),
    )
    await pastTheEdge(ground, visitor)
    await say(ground, visitor, 'after the objects')
    await using watched = await openConsole(ground, conversation)
    const { text, troubles } = await readUntil(watched, consoleLog, 'after the objects')
    const thread = await ground.ask('GET', `/v1/visitors/${visitor.id}/thread?site=${visitor.site}`, { cookie: ground.anna.cookie })
    const reached = thread.text.includes('"type":"img"')
    return [
      attempt('as the text of a message, at the edge', refused === objects.length, `${refused} of ${objects.length} refused`),
      attempt(
        'as the name and page of a visitor, over HTTP',
        patches.every(({ status }) => status === 422),
        patches.map(inShort).join(', '),
      ),
      attempt(
        'written past the edge into the stream and into Postgres, read in the console',
        troubles.length === 0 && text.includes('after the objects'),
        troubles[0] ?? `the thread reads on; the objects ${reached ? 'reached' : 'did not even reach'} the console`,
      ),
      await inStorage(ground),
    ]
  },
}

async function overTheEdge(ground: Ground, visitor: GroundVisitor): Promise<number> {
  await using client = await dialEdge(ground.edgeUrl, { jwt: visitor.jwt })
  await client.flush()
  for (const text of objects) {
    const id = newMessageId()
    client.send(
      hpub(subjects.visitorMessage(visitor.site, visitor.id), JSON.stringify({ v: 1, id, kind: 'text', body: { text } }), {
        header: messageHeader(visitor.id, id),
      }),
    )
  }
  return (await client.flush()).match(/-ERR/g)?.length ?? 0
}

/** As if the edge had been fooled: straight into the stream with the visitor's own rights, and straight into the tables. */
async function pastTheEdge({ natsUrl, keys, db }: Ground, { jwt, id: visitor, site }: GroundVisitor): Promise<void> {
  const bus = await connectBus({
    url: natsUrl,
    creds: { jwt, seed: keys.server.seed },
    name: visitor,
    inboxPrefix: subjects.inboxPrefix(visitor),
    log: silentLog,
  })
  for (const text of objects) {
    const id = newMessageId()
    await bus.publish(subjects.visitorMessage(site, visitor), encode({ v: 1, id, kind: 'text', body: { text } }), {
      msgId: `${visitor}:${id}`,
    })
    await db.query(
      `insert into messages (site_id, visitor_id, seq, at, id, author_role, author_id, kind, body)
       select $1, $2, coalesce(max(seq), 0) + 1, now(), $3, 'visitor', $2, 'text', $4 from messages where visitor_id = $2`,
      [site, visitor, newMessageId(), JSON.stringify({ text })],
    )
  }
  await bus.close()
}

/** What the widget keeps in the page's storage may have been written by anybody who had the page. */
async function inStorage(ground: Ground): Promise<Attempt> {
  await using watched = await browse(ground, { bypassCSP: true })
  const { page } = watched
  await page.goto(`${ground.url}/demo`)
  const value = JSON.stringify(objects[0])
  await page.evaluate(
    ([key, text]) => {
      for (const name of [`usher.${key}`, `usher.${key}.live`]) localStorage.setItem(name, text ?? '')
      sessionStorage.setItem(`usher.${key}.draft`, text ?? '')
    },
    [ground.site.key, value],
  )
  await page.reload()
  await openChat(page)
  const draft = await page.locator('usher-widget textarea').inputValue()
  await writeInChat(page, 'still here')
  const troubles = await watched.troubles()
  return attempt(
    'in localStorage and sessionStorage, read by the widget',
    troubles.length === 0,
    troubles[0] ?? `the chat works; the draft reads ${draft.slice(0, 20)}`,
  )
}

export const browserTextAttacks: readonly Attack[] = [scripts, links, bombs, objectsAsTexts]
