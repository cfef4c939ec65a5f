import { type AppModule, type Identity, tokenKey, type WidgetApp, type WidgetHost } from '../ui/embedding.ts'

export interface AppParts {
  /** Fetches the app's module. */
  load: () => Promise<AppModule>
  /** Reads the site's localStorage; null where it is blocked or empty. */
  read: (key: string) => string | null
  report: (error: unknown) => void
}

/** The app behind the launcher, whether it is there yet or not. */
export interface AppHolder {
  /** Fetches and mounts the app, once; undefined when it was destroyed meanwhile. */
  ready(): Promise<WidgetApp | undefined>
  closed(): void
  identify(identity: Identity): void
  logout(): Promise<void>
  destroy(): void
}

export function holdApp(host: WidgetHost, { load, read, report }: AppParts): AppHolder {
  let app: WidgetApp | undefined
  let destroyed = false
  const ready = async () => {
    const { mount } = await load()
    if (!destroyed) app ??= mount(host)
    return app
  }
  return {
    ready,
    closed: () => app?.closed(),
    identify(identity) {
      host.identity = identity
      app?.identify(identity)
    },
    async logout() {
      host.identity = undefined
      // Without a token nobody was ever known here, and there is nothing to forget.
      if (app || read(tokenKey(host.settings.siteKey))) await ready().then((app) => app?.logout(), report)
    },
    destroy() {
      destroyed = true
      app?.destroy()
    },
  }
}
