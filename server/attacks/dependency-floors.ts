import { atLeast } from '../src/embedded/at-least.ts'

/** The lowest version of each package that is free of the holes we know of, and which hole it is. */
export const floors: Readonly<Record<string, { version: string; because: string }>> = {
  preact: { version: '10.28.2', because: 'CVE-2026-22028: JSON becomes a virtual node' },
  hono: { version: '4.12.21', because: 'CVE-2026-22817, CVE-2026-44459 and four more before it' },
  'drizzle-orm': { version: '0.45.2', because: 'CVE-2026-39356: identifiers are not escaped' },
  ws: { version: '8.17.1', because: 'CVE-2024-37890: a request with many headers ends the process' },
  valibot: { version: '1.2.0', because: 'CVE-2025-66020: an expression for emoji that takes seconds' },
  dompurify: { version: '3.2.4', because: 'CVE-2025-26791: a way around it' },
  'happy-dom': { version: '20.0.0', because: 'CVE-2025-61927: scripts leave its sandbox' },
  esbuild: { version: '0.25.0', because: 'GHSA-67mh-4wv8-2f99: its server answers every website' },
}

export interface LockFile {
  packages: Record<string, { version?: string; resolved?: string; integrity?: string; link?: boolean }>
}

/** Every installed copy, nested ones too, that is below its floor, in words. */
export function belowFloor({ packages }: LockFile): string[] {
  return Object.entries(packages).flatMap(([path, { version }]) => {
    const floor = floors[path.split('node_modules/').at(-1) ?? '']
    if (!path.includes('node_modules/') || floor === undefined || version === undefined || atLeast(version, floor.version)) return []
    return [`${path} ${version} is below ${floor.version} (${floor.because})`]
  })
}

/** Packages of a registry whose content the lock file does not pin by a SHA-512. */
export function unpinned({ packages }: LockFile): string[] {
  return Object.entries(packages)
    .filter(([path, { link, resolved }]) => path.includes('node_modules/') && link !== true && resolved !== undefined)
    .filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))
    .map(([path]) => path)
}
