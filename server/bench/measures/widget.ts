import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Part, valueTarget } from '../report/figures.ts'

const dist = join(import.meta.dirname, '../../../widget/dist')

/** What a page pays: bytes of the built files, as they are sent. */
export async function measureWidget({ url, siteKey }: { url: string; siteKey: string }): Promise<Part> {
  const answer = await fetch(`${url}/w/${siteKey}.js`)
  const loader = await answer.text()
  const visitor = readdirSync(dist).filter((name) => /^visitor\..*\.js\.gz$/.test(name))
  const visitorBytes = visitor.reduce((sum, name) => sum + statSync(join(dist, name)).size, 0)
  const loaderBytes = gzipSync(loader, { level: 9 }).length
  const one = (name: string, unit: string, value: number) => ({ name, unit, values: { Usher: [value] } })
  return {
    title: 'Widget',
    notes: [
      'Before the chat is opened a page makes one request, for the loader with the settings in it; opening it fetches one file more.',
      'Main-thread time, and the widgets of others: not yet; those cannot be built from what this machine may fetch.',
    ],
    figures: [
      one('requests before the chat is opened', '', 1),
      one('loader, gzip', 'bytes', loaderBytes),
      one('visitor app, gzip', 'bytes', visitorBytes),
    ],
    targets: [valueTarget('bytes before the chat is opened, gzip', loaderBytes, 'bytes', { op: '≤', value: 4_096 })],
  }
}
