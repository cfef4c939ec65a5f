/** The one global of Usher. This stub keeps calls made before its script arrives. */
type Usher = ((command: string, ...args: unknown[]) => unknown) & { q?: unknown[][] }

/** Runs a command of Usher, now or as soon as its script is there. */
export function usher(command: string, ...args: unknown[]): unknown {
  const page = globalThis as { Usher?: Usher }
  page.Usher ??= createStub()
  return page.Usher(command, ...args)
}

function createStub(): Usher {
  const q: unknown[][] = []
  return Object.assign((...call: unknown[]) => q.push(call), { q })
}

/** Our own backend signs who is logged in; Usher asks for it when the chat starts. */
export async function fetchIdentity(): Promise<string> {
  const response = await fetch('/demo/identity', { method: 'POST' })
  if (!response.ok) throw new Error('unable to identify; nobody is signed in')
  const { token } = (await response.json()) as { token: string }
  return token
}
