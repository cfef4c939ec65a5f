import { render } from 'preact'
import { act } from 'preact/test-utils'
import { App } from '../shell/app.tsx'
import { type Console, createConsole } from '../state/console.ts'
import { openRoute } from '../state/route-store.ts'
import { safeStorage } from '../state/safe-storage.ts'
import { startClock } from '../state/start-clock.ts'
import type { FixtureClient } from './fixture-client.ts'
import { now } from './fixture-data.ts'

export interface Drawn {
  shared: Console
  client: FixtureClient
  find(selector: string): HTMLElement
  maybe(selector: string): HTMLElement | null
  /** The text of everything on the page. */
  text(): string
  press(key: string, target?: Element): Promise<void>
  type(selector: string, text: string): Promise<void>
  click(selector: string): Promise<void>
  /** Lets everything that is pending happen. */
  settle(): Promise<void>
  close(): void
}

/** Draws the whole console on a client of fixtures, for tests in a simulated browser. */
export async function drawConsole(client: FixtureClient, place = '/mine'): Promise<Drawn> {
  location.hash = `#${place}`
  giveLayout()
  const root = document.body.appendChild(document.createElement('div'))
  const clock = startClock(() => now)
  const route = openRoute(window)
  const shared = createConsole({ client, storage: safeStorage(() => localStorage), route, devices: {}, clock, now: () => now })
  const settle = () => act(async () => void (await new Promise((done) => setTimeout(done))))
  act(() => render(<App shared={shared} />, root))
  await settle()
  const find = (selector: string) => {
    const found = root.querySelector<HTMLElement>(selector)
    if (found === null) throw new Error(`unable to find ${selector} in: ${root.textContent}`)
    return found
  }
  const after = async (change: () => unknown) => {
    await act(async () => void (await change()))
    await settle()
  }
  return {
    shared,
    client,
    find,
    settle,
    maybe: (selector) => root.querySelector<HTMLElement>(selector),
    text: () => root.textContent ?? '',
    press: (key, target = document.activeElement ?? document.body) =>
      after(() => target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))),
    type: (selector, text) =>
      after(() => {
        const field = find(selector) as HTMLInputElement
        field.value = text
        field.dispatchEvent(new Event('input', { bubbles: true }))
      }),
    click: (selector) => after(() => find(selector).click()),
    close() {
      act(() => render(null, root))
      root.remove()
      route.close()
      clock.stop()
      localStorage.clear()
    },
  }
}

/** A simulated browser lays nothing out; lists that draw what is visible need to believe in a window and in rows. */
function giveLayout(): void {
  const size = { configurable: true, get: () => 600 }
  for (const name of ['offsetHeight', 'clientHeight', 'offsetWidth', 'clientWidth'])
    Object.defineProperty(HTMLElement.prototype, name, size)
  globalThis.ResizeObserver = class {
    readonly #onSize: ResizeObserverCallback
    constructor(onSize: ResizeObserverCallback) {
      this.#onSize = onSize
    }
    observe(target: Element) {
      const contentRect = { width: 600, height: target.getAttribute('role') === null ? 40 : 600 }
      queueMicrotask(() => this.#onSize([{ target, contentRect } as ResizeObserverEntry], this))
    }
    unobserve() {}
    disconnect() {}
  }
}
