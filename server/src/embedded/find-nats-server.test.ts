import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readArchive, suitesFor } from './fetch-from-debian.ts'
import { fetchFromGithub, releaseName, sumOf } from './fetch-from-github.ts'
import { findNatsServer, type NatsSource } from './find-nats-server.ts'
import { run } from './run.ts'

let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'usher-find-'))
})

afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** A program that says it is a nats-server of this version. */
function fakeServer(folder: string, version: string): string {
  mkdirSync(join(dir, folder), { recursive: true })
  const path = join(dir, folder, 'nats-server')
  writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`)
  chmodSync(path, 0o755)
  return path
}

const never: NatsSource = async () => {
  throw new Error('the network is not for this test')
}

const find = (options: Partial<Parameters<typeof findNatsServer>[0]> = {}) =>
  findNatsServer({ searchPath: join(dir, 'path'), cacheDir: join(dir, 'cache'), log: () => {}, sources: [never], ...options })

describe('finding nats-server', () => {
  test('the one named comes first, and must be good', async () => {
    fakeServer('path', '2.15.1')
    expect(await find({ named: fakeServer('named', '2.10.27') })).toEqual({ path: join(dir, 'named', 'nats-server'), version: '2.10.27' })
    await expect(find({ named: fakeServer('old', '2.9.10') })).rejects.toThrow('is 2.9.10, Usher needs 2.10.27 or newer')
    await expect(find({ named: join(dir, 'none') })).rejects.toThrow('NATS_SERVER_BIN names')
  })

  test('one on PATH is taken if it is new enough, else the one fetched before', async () => {
    fakeServer('path', '2.9.10')
    const cached = fakeServer('cache', '2.12.0')
    expect(await find()).toEqual({ path: cached, version: '2.12.0' })
    const onPath = fakeServer('path', '2.11.0')
    expect(await find()).toEqual({ path: onPath, version: '2.11.0' })
  })

  test('what is not there is fetched, from the first source that has a good one', async () => {
    const old: NatsSource = async (into) => fakeServer(into.slice(dir.length), '2.9.10')
    const none: NatsSource = async () => undefined
    const good: NatsSource = async (into) => fakeServer(into.slice(dir.length), '2.15.1')
    expect(await find({ sources: [never, none, old, good] })).toEqual({ path: join(dir, 'cache', 'nats-server'), version: '2.15.1' })
    expect(readdirSync(join(dir, 'cache'))).toEqual(['nats-server'])
    expect(await find()).toEqual({ path: join(dir, 'cache', 'nats-server'), version: '2.15.1' })
  })

  test('where nothing helps, the sentence says why and what to do', async () => {
    await expect(find()).rejects.toThrow(
      'unable to fetch nats-server; the network is not for this test. Install nats-server 2.10.27 or newer, or set NATS_SERVER_BIN',
    )
  })
})

describe("a Debian mirror's nats-server", () => {
  const indexTargets = [
    'Packages|nodistro|main|https://packages.example/node/',
    'Translations|bookworm|main|http://mirror.example/debian/',
    'Packages|bookworm|main|http://mirror.example/debian/',
    'Packages|bookworm-updates|main|http://mirror.example/debian/',
    'Packages|bookworm-security|main|http://mirror.example/debian-security/',
  ].join('\n')

  test('comes from the archive of the own release, whatever else the machine lists', () => {
    expect(readArchive(indexTargets, 'bookworm')).toEqual({ component: 'main', uri: 'http://mirror.example/debian/' })
    expect(readArchive(indexTargets, 'trixie')).toBeUndefined()
  })

  test('comes from universe on Ubuntu', () => {
    const lines = ['main', 'universe'].map((component) => `Packages|noble|${component}|http://mirror.example/ubuntu/`).join('\n')
    expect(readArchive(lines, 'noble')).toEqual({ component: 'universe', uri: 'http://mirror.example/ubuntu/' })
  })

  test('is looked for in newer suites first', () => {
    expect(suitesFor('ID=debian\nVERSION_CODENAME=bookworm\n')).toEqual(['sid', 'trixie', 'bookworm'])
    expect(suitesFor('ID=debian\nVERSION_CODENAME=trixie\n')).toEqual(['sid', 'trixie'])
    expect(suitesFor('ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n')).toEqual(['devel', 'noble'])
    expect(suitesFor('ID="fedora"\n')).toEqual([])
  })
})

describe('the official release', () => {
  let server: Server | undefined

  afterEach(() => {
    server?.close()
    server = undefined
  })

  /** A release site that serves these files. */
  async function site(files: Record<string, Buffer>): Promise<string> {
    server = createServer((request, response) => {
      const file = files[(request.url ?? '').slice(1)]
      response.writeHead(file === undefined ? 404 : 200).end(file)
    })
    await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening))
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  }

  async function archive(): Promise<{ file: string; content: Buffer }> {
    const name = releaseName(process.platform, process.arch) ?? ''
    fakeServer(name, '2.15.1')
    await run('tar', ['-czf', 'archive.tar.gz', name], { cwd: dir })
    return { file: `${name}.tar.gz`, content: readFileSync(join(dir, 'archive.tar.gz')) }
  }

  test('is unpacked when its checksum is the published one', async () => {
    const { file, content } = await archive()
    const sum = createHash('sha256').update(content).digest('hex')
    const into = join(dir, 'into')
    mkdirSync(into)
    const path = await fetchFromGithub(into, await site({ SHA256SUMS: Buffer.from(`${sum}  ${file}\n`), [file]: content }))
    expect(path !== undefined && existsSync(path)).toBe(true)
  })

  test('[P6] is not unpacked when its checksum is another, or missing', async () => {
    const { file, content } = await archive()
    const into = join(dir, 'into')
    mkdirSync(into)
    const wrong = await site({ SHA256SUMS: Buffer.from(`${'0'.repeat(64)}  ${file}\n`), [file]: content })
    await expect(fetchFromGithub(into, wrong)).rejects.toThrow('its checksum is wrong')
    server?.close()
    const missing = await site({ SHA256SUMS: Buffer.from('\n'), [file]: content })
    await expect(fetchFromGithub(into, missing)).rejects.toThrow('names no checksum')
    expect(readdirSync(into)).toEqual([])
  })

  test('is known for common platforms only', () => {
    expect(releaseName('linux', 'x64')).toMatch(/^nats-server-v2\.\d+\.\d+-linux-amd64$/)
    expect(releaseName('darwin', 'arm64')).toMatch(/-darwin-arm64$/)
    expect(releaseName('sunos', 'x64')).toBeUndefined()
    expect(sumOf('aa  one.tar.gz\nbb *two.tar.gz\n', 'two.tar.gz')).toBe('bb')
  })
})
