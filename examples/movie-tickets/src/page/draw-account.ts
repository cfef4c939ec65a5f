import { byId, element } from './element.ts'
import { fetchIdentity, usher } from './identify.ts'

/** Who is signed in on this page; null for a guest. */
export interface Member {
  name: string
}

/** Shows who is signed in, lets them change that, and tells Usher each time. */
export async function startAccount(): Promise<void> {
  const response = await fetch('/demo/member')
  const { member } = (await response.json()) as { member: Member | null }
  if (member) usher('identify', fetchIdentity)
  draw(member)
}

function draw(member: Member | null): void {
  const account = byId('account')
  if (!member) {
    account.replaceChildren(element('button', { class: 'ghost', type: 'button', onclick: () => void signIn() }, 'Sign in as Maya Chen'))
    return
  }
  account.replaceChildren(
    element('span', { class: 'who' }, 'Signed in as ', element('b', {}, member.name)),
    element('button', { class: 'ghost', type: 'button', onclick: () => void signOut() }, 'Sign out'),
  )
}

async function signIn(): Promise<void> {
  const response = await fetch('/demo/sign-in', { method: 'POST' })
  const { member } = (await response.json()) as { member: Member }
  usher('identify', fetchIdentity)
  draw(member)
}

async function signOut(): Promise<void> {
  await fetch('/demo/sign-out', { method: 'POST' })
  usher('logout')
  draw(null)
}
