import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { atLeast } from './at-least.ts'
import { oldestNatsServer } from './oldest-nats-server.ts'
import { run } from './run.ts'

/** Where the machine gets its packages: the archive's address and the part of it that has nats-server. */
export type Archive = Readonly<{ uri: string; component: string }>

const indexFormat = '$(CREATED_BY)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)'

/** The distributions' own keyrings. Without one, apt's usual trusted keys decide. */
const keyrings = ['debian', 'ubuntu'].map((name) => `/usr/share/keyrings/${name}-archive-keyring.gpg`)

/**
 * Downloads (does not install) the newest nats-server package of the machine's own Debian or Ubuntu mirror, from a newer
 * suite when needed, and unpacks it into `dir`. The machine's own lists and packages are not touched.
 * Undefined when this is no such machine.
 */
export async function fetchFromDebian(dir: string): Promise<string | undefined> {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const suites = suitesFor(release)
  if (suites.length === 0 || !existsSync('/usr/bin/apt-get')) return undefined
  const archive = readArchive(await run('apt-get', ['indextargets', '--format', indexFormat]), valueIn(release, 'VERSION_CODENAME'))
  if (archive === undefined) return undefined
  let last: unknown
  for (const suite of suites) {
    try {
      const path = await fetchFromSuite(join(dir, suite), suite, archive)
      if (path !== undefined) return path
    } catch (error) {
      last = error
    }
  }
  throw last ?? new Error(`the package mirror has no nats-server ${oldestNatsServer} or newer`)
}

/** The suites that may hold a newer package than the machine's own, newest first. Empty: neither Debian nor Ubuntu. */
export function suitesFor(osRelease: string): string[] {
  const own = valueIn(osRelease, 'VERSION_CODENAME')
  const names = [valueIn(osRelease, 'ID'), ...valueIn(osRelease, 'ID_LIKE').split(' ')]
  const newer = names.includes('ubuntu') ? ['devel'] : names.includes('debian') ? ['sid', 'trixie'] : undefined
  return newer === undefined ? [] : [...new Set(own === '' ? newer : [...newer, own])]
}

/** Reads `apt-get indextargets`: the archive that carries the machine's own suite. */
export function readArchive(indexTargets: string, codename: string): Archive | undefined {
  const found = indexTargets
    .split('\n')
    .map((line) => line.split('|'))
    .filter(
      ([createdBy, release, component]) =>
        createdBy === 'Packages' && release === codename && (component === 'main' || component === 'universe'),
    )
    .map(([, , component = '', uri = '']) => ({ component, uri }))
  return found.find(({ component }) => component === 'universe') ?? found[0]
}

async function fetchFromSuite(dir: string, suite: string, archive: Archive): Promise<string | undefined> {
  for (const folder of ['lists/partial', 'cache/archives/partial', 'package']) mkdirSync(join(dir, folder), { recursive: true })
  const keyring = keyrings.find((path) => existsSync(path))
  const trust = keyring === undefined ? '' : `[signed-by=${keyring}] `
  writeFileSync(join(dir, 'sources.list'), `deb ${trust}${archive.uri} ${suite} ${archive.component}\n`)
  const apt = aptOptions(dir)
  await run('apt-get', [...apt, 'update'], { timeoutMs: 180_000 })
  const policy = await run('apt-cache', [...apt, 'policy', 'nats-server'])
  if (!atLeast(/Candidate: (\d\S*)/.exec(policy)?.[1] ?? '0', oldestNatsServer)) return undefined
  await run('apt-get', [...apt, 'download', 'nats-server'], { cwd: dir, timeoutMs: 180_000 })
  const file = readdirSync(dir).find((name) => name.endsWith('.deb'))
  if (file === undefined) return undefined
  await run('dpkg', ['-x', join(dir, file), join(dir, 'package')])
  return ['usr/sbin', 'usr/bin'].map((folder) => join(dir, 'package', folder, 'nats-server')).find((path) => existsSync(path))
}

/** Everything apt reads or writes, moved into `dir`. The sandbox user could not write there, so it stays off. */
function aptOptions(dir: string): string[] {
  const settings = [
    `Dir::Etc::sourcelist=${join(dir, 'sources.list')}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::Lists=${join(dir, 'lists')}`,
    `Dir::Cache=${join(dir, 'cache')}`,
    'Acquire::Languages=none',
    'APT::Sandbox::User=',
  ]
  return ['-q', ...settings.flatMap((setting) => ['-o', setting])]
}

function valueIn(osRelease: string, name: string): string {
  return new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? ''
}
