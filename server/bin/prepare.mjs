import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The project's folder. */
export const root = join(import.meta.dirname, '..', '..')

/** Ends with a sentence when this Node is too old. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 11)) return
  process.stderr.write(`unable to run Usher; this is Node ${process.versions.node}, it needs 20.11 or newer\n`)
  process.exit(1)
}

/** Installs the npm packages of the lock file when they are missing or other ones. */
export async function ensurePackages() {
  if (hasPackages()) return
  process.stdout.write('installing npm packages …\n')
  // Not `npm ci`: it refuses a lock file without the optional packages of every other platform, which not every registry has.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']
  const code = await runProgram(process.platform === 'win32' ? 'npm.cmd' : 'npm', args)
  if (code === 0) return
  process.stderr.write('unable to install the npm packages; npm install failed\n')
  process.exit(1)
}

/** Runs a program in the project's folder, with our input and output, and gives its exit code. */
export function runProgram(command, args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' })
    const forward = (signal) => child.kill(signal)
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward)
    child.once('error', (error) => {
      process.stderr.write(`unable to run ${command}; ${error.message}\n`)
      resolve(1)
    })
    child.once('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM']) process.off(name, forward)
      resolve(signal === null ? code : 1)
    })
  })
}

/** npm notes what it installed in `node_modules/.package-lock.json`; packages for other platforms are missing there by right. */
function hasPackages() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installed)) return false
  const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages
  const have = packagesOf(installed)
  const wanted = Object.entries(packagesOf(join(root, 'package-lock.json')))
  return wanted.every(
    ([path, { version, optional, link }]) => !path.includes('node_modules/') || optional || link || have[path]?.version === version,
  )
}
