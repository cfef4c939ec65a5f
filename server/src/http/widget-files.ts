import type { SiteSettings } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import { readStaticFiles, type StaticFile, staticFile } from './static-file.ts'

/** What the loader is told about the site whose page it is on. The widget knows the same shape by the same name. */
export interface WidgetSettings {
  /** The site's public key. */
  siteKey: string
  /** Origin of the server, no trailing slash. */
  baseUrl: string
  /** Path of the visitor app below `baseUrl`. */
  app: string
  site: Pick<SiteSettings, 'name' | 'theme' | 'texts'>
}

/** The built widget and console. */
export interface WidgetFiles {
  /** The loader with a site's settings in it; undefined when nothing is built. */
  loader(settings: Omit<WidgetSettings, 'app'>): StaticFile | undefined
  /** A file of the visitor app, or of the console, by its name. */
  visitorFile(name: string): StaticFile | undefined
  consoleFile(name: string): StaticFile | undefined
  /** Name of the console's entry; undefined when it is not built. */
  readonly consoleEntry: string | undefined
}

/** Written by the build: the entries, by name in the same folder. */
const manifest = v.object({ loader: v.string(), visitor: v.optional(v.string()), console: v.optional(v.string()) })

/** The loader's source names this once; the settings stand in its place. */
const placeholder = '__USHER_SETTINGS__'

/** Reads what the build left in `folder`. Without a build nothing is served, and says so when asked for. */
export function readWidgetFiles(folder: string): WidgetFiles {
  const files = readStaticFiles(folder)
  const entries = readManifest(files)
  const source = textOf(files.get(entries?.loader ?? ''))
  const loaders = new Map<string, { json: string; file: StaticFile }>()
  const app = entries?.visitor
  return {
    consoleEntry: entries?.console,
    visitorFile: (name) => (name.startsWith('visitor.') ? files.get(name) : undefined),
    consoleFile: (name) => (name.startsWith('console.') ? files.get(name) : undefined),
    loader(settings) {
      if (source === undefined || app === undefined) return undefined
      const json = toScriptJson({ ...settings, app: `/w/assets/${app}` })
      const held = loaders.get(settings.siteKey)
      if (held?.json === json) return held.file
      // Compressed once per change of settings, not once per request. A function, because `$&` in a text would mean something.
      const file = staticFile(
        source.replace(placeholder, () => json),
        '.js',
      )
      loaders.set(settings.siteKey, { json, file })
      return file
    },
  }
}

function readManifest(files: ReadonlyMap<string, StaticFile>): v.InferOutput<typeof manifest> | undefined {
  const text = textOf(files.get('manifest.json'))
  return text === undefined ? undefined : v.parse(manifest, JSON.parse(text))
}

const textOf = (file: StaticFile | undefined): string | undefined => (file ? Buffer.from(file.plain).toString() : undefined)

/** JSON that may stand in any script: without `<`, and without the line ends older engines refuse in a string. */
export function toScriptJson(settings: WidgetSettings): string {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(settings).replace(/[<\u2028\u2029]/g, escaped)
}
