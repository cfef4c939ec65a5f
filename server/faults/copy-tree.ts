import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, relative, sep } from 'node:path'

/** A copy of the tree to spoil. Its packages are those of the tree; its own workspaces are its own. */
export interface TreeCopy extends AsyncDisposable {
  readonly root: string
}

const left = new Set(['node_modules', '.git', '.usher', 'dist', 'results', 'coverage'])
const scope = '@usher-chat'

/** Copies the sources and links the rest. */
export async function copyTree(root: string): Promise<TreeCopy> {
  const copy = await mkdtemp(join(tmpdir(), 'usher-plants-'))
  await cp(root, copy, {
    recursive: true,
    filter: (path) =>
      relative(root, path)
        .split(sep)
        .every((part) => !left.has(part)),
  })
  await linkPackages(root, copy)
  // The nats-server that was fetched once is good enough.
  await mkdir(join(copy, '.usher'))
  await symlink(join(root, '.usher', 'bin'), join(copy, '.usher', 'bin'))
  return { root: copy, [Symbol.asyncDispose]: () => rm(copy, { recursive: true, force: true }) }
}

/** A link to the folder as a whole would lead the workspaces back into the tree itself. */
async function linkPackages(root: string, copy: string): Promise<void> {
  const packages = join(copy, 'node_modules')
  await mkdir(join(packages, scope), { recursive: true })
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name !== scope) await symlink(join(root, 'node_modules', name), join(packages, name))
  }
  for (const workspace of ['sdk', 'widget', 'server']) await symlink(join(copy, workspace), join(packages, scope, basename(workspace)))
}
