import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildSdk, visitorBudget } from './build.mjs'

const dist = join(import.meta.dirname, 'dist')
let visitor: number
beforeAll(async () => {
  visitor = (await buildSdk()).visitor
})
afterAll(() => rmSync(join(dist, 'consumer.ts'), { force: true }))

describe('the package', () => {
  it('keeps the visitor’s part small', () => {
    expect(visitor).toBeLessThanOrEqual(visitorBudget)
  })

  it('can be used from plain Node, without nats.ws', () => {
    const script =
      "const { createVisitorClient, createAgentClient } = await import('@usher-chat/sdk'); console.log(typeof createVisitorClient, typeof createAgentClient)"
    const options = { cwd: import.meta.dirname, encoding: 'utf8' } as const
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], options)).toBe('function function\n')
    expect(readFileSync(join(dist, 'index.js'), 'utf8')).not.toMatch(/from ["']nats\.ws["']/)
  })

  it('is the same when it is built again', async () => {
    const files = () => readdirSync(dist, { recursive: true }).sort()
    const built = files()
    expect(built).toContain('visitor.d.ts')
    await buildSdk()
    expect(files()).toEqual(built)
  })

  it('names whose code is in it', () => {
    expect(readFileSync(join(dist, 'visitor.js'), 'utf8')).toContain('Copyright 2020-2024 The NATS Authors')
    expect(readFileSync(join(dist, 'nats.ws.LICENSE.txt'), 'utf8')).toContain('Apache License')
  })

  it('is typed for those who use it', () => {
    const file = join(dist, 'consumer.ts')
    writeFileSync(
      file,
      `import { createVisitorClient, type TimelineItem } from '@usher-chat/sdk/visitor'
       import { createAgentClient } from '@usher-chat/sdk/agent'
       import { newMessageId } from '@usher-chat/sdk/protocol'
       const client = createVisitorClient({ baseUrl: '', siteKey: newMessageId() })
       export const items: readonly TimelineItem[] = client.thread.items.getSnapshot()
       client.on('message.received', ({ message }) => message.text.trim())
       createAgentClient({ baseUrl: '' }).inbox('mine').items.getSnapshot()[0]?.visitor.page?.url.trim()
       // @ts-expect-error: there is no such event
       client.on('nonsense', () => {})
      `,
    )
    const options = {
      strict: true,
      noEmit: true,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: [],
    }
    const program = ts.createProgram([file], { ...options, target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] })
    expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([])
  })
})
