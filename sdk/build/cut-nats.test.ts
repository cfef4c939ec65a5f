import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cutNats, cutSource, cutVersion } from './cut-nats.mjs'

const { resolve } = createRequire(import.meta.url)
const source = readFileSync(join(resolve('nats.ws'), '../../esm/nats.js'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'usher-cut-'))
const file = join(folder, 'transport.mjs')

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, '../src/transport.ts')],
    outfile: file,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['source'],
    plugins: [cutNats()],
  })
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the cut of nats.ws', () => {
  it('is made for the version that is installed', () => {
    const { version } = JSON.parse(readFileSync(join(resolve('nats.ws'), '../../package.json'), 'utf8'))
    expect(version).toBe(cutVersion)
  })

  it('leaves no name behind that is not there any more', () => {
    const program = ts.createProgram([file], {
      allowJs: true,
      checkJs: true,
      noEmit: true,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
      types: [],
    })
    const unknown = program
      .getSemanticDiagnostics()
      .map(({ code, messageText }) => ({ code, text: ts.flattenDiagnosticMessageText(messageText, ' ') }))
      .filter(({ text }) => /^Cannot find name|does not exist on type '(typeof )?_?[A-Z]\w*'/.test(text))
    expect(unknown).toEqual([])
  }, 60_000)

  it('leaves nothing on the page', () => {
    const before = 'const before = new Set(Object.getOwnPropertyNames(globalThis));'
    const after = 'console.log(JSON.stringify(Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name))))'
    const script = `${before} await import(${JSON.stringify(file)}); ${after}`
    const names = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    expect(JSON.parse(names)).toEqual([])
  })

  it('is small, and holds neither JetStream nor crypto', async () => {
    const { outputFiles } = await build({
      entryPoints: [file],
      minify: true,
      format: 'esm',
      target: 'es2022',
      write: false,
      drop: ['console'],
    })
    expect(gzipSync(outputFiles[0]!.contents, { level: 9 }).length).toBeLessThan(15_000)
    expect(readFileSync(file, 'utf8')).not.toMatch(/nacl|JetStreamClientImpl|ObjectStoreImpl|ServiceImpl|STREAM\.CREATE/)
  })

  it('fails when a statement is no longer there', () => {
    expect(() => cutSource(source.replace('(function(nacl) {', '(function(salt) {'))).toThrow('statement "(function(nacl) {": 0 found')
  })

  it('fails when a member is no longer there', () => {
    expect(() => cutSource(source.replace('    jetstream(opts = {}) {', '    stream(opts = {}) {'))).toThrow(
      'NatsConnectionImpl.jetstream: 0 found',
    )
  })

  it('fails when something else has come in', () => {
    expect(() => cutSource(`${source}\nconst more = new Map();`)).toThrow('constructions: 8 found, 7 expected')
    expect(() => cutSource(`${source}\ny.prototype.run = function() {};`)).toThrow('2 found, 1 expected')
  })
})
