import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../src/embedded/run.ts'
import { waitFor } from './wait-for.ts'

/** A disk of somebody's own, whose power can be cut: a file system in a file. Only Linux mounts it, for root. */
export interface PowerDisk extends AsyncDisposable {
  /** Where it is mounted. */
  readonly path: string
  /**
   * Leaves what has reached the disk, and no more: what nobody synced may be gone. Whoever writes must stand still already; `kill` ends
   * them, for good, before the disk comes back.
   */
  cut(kill: () => Promise<void>): Promise<void>
  /** Takes all the room there is. Resolves with what gives it back. */
  fill(): Promise<() => Promise<void>>
}

/** Makes a file system of so many bytes and mounts it. */
export async function mountPowerDisk(bytes: number): Promise<PowerDisk> {
  const dir = mkdtempSync(join(tmpdir(), 'usher-disk-'))
  chmodSync(dir, 0o755)
  const [image, path] = [join(dir, 'disk.img'), join(dir, 'disk')]
  mkdirSync(path)
  const mount = () => run('mount', ['-o', 'loop', image, path])
  const unmount = () =>
    waitFor('the disk to be left', () =>
      run('umount', [path]).then(
        () => true,
        () => false,
      ),
    )
  try {
    await run('truncate', ['-s', String(bytes), image])
    await run('mkfs.ext4', ['-q', '-m', '0', image])
    await mount()
  } catch (error) {
    rmSync(dir, { recursive: true, force: true })
    throw error
  }
  return {
    path,
    async cut(kill) {
      const platter = `${image}.cut`
      await run('cp', ['--sparse=always', image, platter])
      await kill()
      // What the kernel still writes goes to a disk that nobody will see again.
      await unmount()
      await rename(platter, image)
      await mount()
    },
    fill: () => fill(join(path, 'filler')),
    async [Symbol.asyncDispose]() {
      await unmount()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** In big pieces, then in small ones, until nothing more fits. */
async function fill(file: string): Promise<() => Promise<void>> {
  const handle = await open(file, 'w')
  try {
    for (const bytes of [2 ** 20, 2 ** 12]) {
      const piece = Buffer.alloc(bytes, 1)
      while (await fits(handle.write(piece))) {}
    }
    await handle.sync().catch(() => {})
  } finally {
    await handle.close().catch(() => {})
  }
  return () => rm(file)
}

const fits = (writing: Promise<{ bytesWritten: number; buffer: Buffer }>): Promise<boolean> =>
  writing.then(
    ({ bytesWritten, buffer }) => bytesWritten === buffer.length,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOSPC') throw error
      return false
    },
  )

let reason: { why: string | undefined } | undefined

/** Why this machine mounts no disks; undefined when it does. Tries it, once. */
export function whyNoDisks(): string | undefined {
  reason ??= { why: tryToMount() }
  return reason.why
}

function tryToMount(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux mounts a file as a disk'
  if (process.getuid?.() !== 0) return 'only root may mount a disk'
  const dir = mkdtempSync(join(tmpdir(), 'usher-disk-'))
  const sh = (command: string): void => void execFileSync('sh', ['-ec', command], { cwd: dir, stdio: 'pipe', timeout: 10_000 })
  try {
    sh('mkdir disk; truncate -s 8M disk.img; mkfs.ext4 -q disk.img; mount -o loop disk.img disk; umount disk')
    return undefined
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : String(error)
    return `this machine mounts no file as a disk (${said})`
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
