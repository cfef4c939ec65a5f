import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { projectFolder } from '../../src/embedded/home.ts'
import { run } from '../../src/embedded/run.ts'

/** The newest build of Rocket.Chat's widget that the npm registry has (2022), and its checksum there. */
const livechat = {
  name: '@rocket.chat/livechat',
  version: '1.13.3',
  integrity: 'sha512-gEX3V2Cr+7Nr+j4CFwBBX7R/1mZxWvnmpbz/jc+gJOa7zKJOdyv4waLc5RegmoubxpNlzbpbMiNkwg5GQuhyWA==',
}

export const livechatName = `Rocket.Chat ${livechat.version}`

/** The folder of the built widget, fetched once. Throws when the registry cannot be reached, or gives something else. */
export async function fetchLivechat(): Promise<string> {
  const { name, version, integrity } = livechat
  const folder = join(projectFolder(), '.usher', 'widgets', `livechat-${version}`)
  const built = join(folder, 'package', 'build')
  if (existsSync(built)) return built
  const draft = `${folder}.draft`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  await run('npm', ['pack', `${name}@${version}`, '--silent'], { cwd: draft, timeoutMs: 120_000 })
  const archive = join(draft, `rocket.chat-livechat-${version}.tgz`)
  const found = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`
  if (found !== integrity) throw new Error(`unable to use ${name} ${version}; its checksum is ${found}`)
  await run('tar', ['-xzf', archive, '-C', draft])
  await rm(archive)
  await rename(draft, folder)
  return built
}
