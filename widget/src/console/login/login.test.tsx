// @vitest-environment happy-dom
import { UsherError } from '@usher-chat/sdk/protocol'
import { afterEach, expect, test } from 'vitest'
import { type Drawn, drawConsole } from '../gallery/draw-console.tsx'
import { createFixtureClient, type FixtureClient } from '../gallery/fixture-client.ts'
import { conversation, now } from '../gallery/fixture-data.ts'

let drawn: Drawn | undefined
afterEach(() => drawn?.close())

const loggedOut = () => createFixtureClient({ now: () => now, me: null, conversations: [conversation(0)] })

async function tryLogin(client: FixtureClient, password = 'demo-demo'): Promise<Drawn> {
  drawn = await drawConsole(client)
  await drawn.type('[name=email]', 'anna@cinema.example')
  await drawn.type('[name=password]', password)
  drawn.find('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
  await drawn.settle()
  return drawn
}

const failing = (error: UsherError): FixtureClient => ({ ...loggedOut(), login: () => Promise.reject(error) })

test('a wrong password is explained next to the form, and what was typed stays', async () => {
  const { find, shared } = await tryLogin(loggedOut(), 'wrong')
  expect(find('[role=alert]').textContent).toContain('That e-mail and password don’t match.')
  expect((find('[name=email]') as HTMLInputElement).value).toBe('anna@cinema.example')
  expect(find('[name=password]').getAttribute('aria-invalid')).toBe('true')
  expect(shared.client.me.getSnapshot()).toBeNull()
})

test('too many tries count the seconds', async () => {
  const { find } = await tryLogin(failing(new UsherError('rate_limited', 'unable to log in; too many tries', { retryAfterMs: 24_000 })))
  expect(find('[role=alert]').textContent).toContain('Too many tries. Try again in 24 s.')
})

test('a server that is away is not the fault of the password', async () => {
  const { find } = await tryLogin(failing(new UsherError('connection_failed', 'unable to log in; no answer')))
  expect(find('[role=alert]').textContent).toContain('the server cannot be reached')
  expect(find('[role=alert]').textContent).toContain('Your details are fine')
})

test('after the login the agent is online, and as they left it the next time', async () => {
  const first = await tryLogin(loggedOut())
  expect(first.client.calls).toContain('presence online')
  expect(first.find('#list-title').textContent).toBe('Mine')
  await first.shared.actions.setPresence('away')
  const kept = { ...localStorage }
  first.close()
  for (const [key, text] of Object.entries(kept)) localStorage.setItem(key, String(text))
  const second = await tryLogin(loggedOut())
  expect(second.client.calls).toContain('presence away')
  expect(second.client.calls).not.toContain('presence online')
})

test('a login that ends leaves the page and its draft in place, and asks again over it', async () => {
  const client = createFixtureClient({ now: () => now, conversations: [conversation(0)] })
  drawn = await drawConsole(client, `/mine/${conversation(0).id}`)
  await drawn.type('textarea', 'half a reply')
  client.emit('login.ended', { error: new UsherError('session_revoked', 'unable to go on; the login has ended') })
  await drawn.settle()
  expect(drawn.text()).toContain('Your login has ended. Nothing is lost')
  expect((drawn.find('dialog [name=email]') as HTMLInputElement).value).toBe('anna@cinema.example')
  await drawn.type('dialog [name=password]', 'demo-demo')
  drawn.find('dialog form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
  await drawn.settle()
  expect(drawn.maybe('dialog')).toBeNull()
  expect((drawn.find('textarea') as HTMLTextAreaElement).value).toBe('half a reply')
})

test('a server that cannot be asked who is logged in is said so, with a way to try again', async () => {
  const client = createFixtureClient({ now: () => now, failure: new UsherError('connection_failed', 'unable to resume; no answer') })
  drawn = await drawConsole(client)
  expect(drawn.text()).toContain('Usher can’t be reached')
  await drawn.click('button')
  expect(client.calls.filter((call) => call === 'resume')).toHaveLength(2)
})
