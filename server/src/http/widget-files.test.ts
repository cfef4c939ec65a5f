import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { readWidgetFiles, toScriptJson } from './widget-files.ts'

const settings = {
  siteKey: 'key0000000000000000',
  baseUrl: 'https://chat.example',
  site: {
    name: 'Fish & </script><b>Chips',
    theme: { color: '#5b3df5', position: 'right' as const },
    texts: { title: '$& \u2028', greeting: 'Hi', launcher: 'Chat' },
  },
}

const folders: string[] = []
function build(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'usher-widget-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const manifest = JSON.stringify({ loader: 'loader.js', visitor: 'visitor.ABC.js', console: 'console.DEF.js', files: {} })
const files = {
  'loader.js': 'run(__USHER_SETTINGS__)',
  'visitor.ABC.js': 'visitor',
  'console.DEF.js': 'console',
  'console.chunk.js': 'chunk',
  'visitor.ABC.js.map': 'secret',
  'manifest.json': manifest,
}

describe('the built widget', () => {
  test('the loader holds the settings, as text that means the same to every parser', () => {
    const loader = readWidgetFiles(build(files)).loader(settings)
    const source = Buffer.from(loader?.plain ?? '').toString()
    expect(source).not.toMatch(/[<\u2028]/)
    const heard: unknown[] = []
    new Function('run', source)((value: unknown) => heard.push(value))
    expect(heard).toEqual([{ ...settings, app: '/w/assets/visitor.ABC.js' }])
  })

  test('a loader is made once for the same settings, and again for others', () => {
    const widget = readWidgetFiles(build(files))
    const first = widget.loader(settings)
    expect(widget.loader({ ...settings })).toBe(first)
    const other = widget.loader({ ...settings, site: { ...settings.site, name: 'Other' } })
    expect(other?.etag).not.toBe(first?.etag)
  })

  test('each door gives its own files, and no source map, loader or manifest', () => {
    const widget = readWidgetFiles(build(files))
    expect(widget.visitorFile('visitor.ABC.js')).toBeDefined()
    expect(widget.consoleFile('console.chunk.js')).toBeDefined()
    for (const name of ['console.DEF.js', 'loader.js', 'manifest.json', 'visitor.ABC.js.map', '../visitor.ABC.js']) {
      expect(widget.visitorFile(name)).toBeUndefined()
    }
    expect(widget.consoleFile('visitor.ABC.js')).toBeUndefined()
  })

  test('without a build nothing is served', () => {
    const widget = readWidgetFiles(join(tmpdir(), 'usher-no-such-folder'))
    expect(widget.loader(settings)).toBeUndefined()
    expect(widget.consoleEntry).toBeUndefined()
  })

  test('settings in a script cannot end the script', () => {
    expect(toScriptJson({ ...settings, app: '/a.js' })).not.toContain('<')
  })
})
