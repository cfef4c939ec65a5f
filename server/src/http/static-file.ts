import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { HttpContext } from './http-context.ts'

/** A file ready to be sent, compressed when that pays. */
export interface StaticFile {
  readonly type: string
  readonly etag: string
  readonly plain: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer> | undefined
  readonly br: Uint8Array<ArrayBuffer> | undefined
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
}

const alreadySmall = new Set(['.png', '.jpg', '.webp', '.woff2', '.mp3'])

/** Makes a file of bytes or text. `extension` with its dot tells the type; `packed` is what somebody has compressed already. */
export function staticFile(
  content: string | Uint8Array,
  extension: string,
  packed: { gzip?: Uint8Array; br?: Uint8Array } = {},
): StaticFile {
  const plain = Uint8Array.from(typeof content === 'string' ? Buffer.from(content) : content)
  const packs = plain.length > 256 && !alreadySmall.has(extension)
  const brotli = () => brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } })
  return {
    type: types[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    gzip: packs ? Uint8Array.from(packed.gzip ?? gzipSync(plain, { level: 9 })) : undefined,
    br: packs ? Uint8Array.from(packed.br ?? brotli()) : undefined,
  }
}

/**
 * All files below a folder, by their path in it with forward slashes. `x.gz` and `x.br` beside `x` are its compressed forms; source maps
 * stay out. Empty when there is no such folder.
 */
export function readStaticFiles(folder: string): ReadonlyMap<string, StaticFile> {
  if (!existsSync(folder)) return new Map()
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const paths = names.filter((name) => !/\.(map|gz|br)$/.test(name) && statSync(join(folder, name)).isFile())
  return new Map(paths.map((name) => [name.split(sep).join('/'), readPacked(join(folder, name))]))
}

function readPacked(path: string): StaticFile {
  const [gzip, br] = [readIfThere(`${path}.gz`), readIfThere(`${path}.br`)]
  return staticFile(readFileSync(path), extname(path), { ...(gzip ? { gzip } : {}), ...(br ? { br } : {}) })
}

const readIfThere = (path: string): Uint8Array | undefined => (existsSync(path) ? readFileSync(path) : undefined)

/** Sends a file in the best encoding the caller takes, or 304 when they have it. `cache` is the value of Cache-Control. */
export function sendFile(c: HttpContext, file: StaticFile, cache: string): Response {
  c.header('Cache-Control', cache)
  c.header('ETag', file.etag)
  c.header('Vary', 'Accept-Encoding', { append: true })
  if (isHeld(c.req.header('if-none-match'), file.etag)) return c.body(null, 304)
  c.header('Content-Type', file.type)
  const encoding = pickEncoding(file, c.req.header('accept-encoding'))
  if (encoding === undefined) return c.body(file.plain)
  c.header('Content-Encoding', encoding.name)
  return c.body(encoding.bytes)
}

// Proxies that compress turn a strong tag into a weak one.
const isHeld = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false

function pickEncoding(file: StaticFile, accepted = ''): { name: string; bytes: Uint8Array<ArrayBuffer> } | undefined {
  const takes = (name: string): boolean =>
    accepted.split(',').some((part) => new RegExp(`^\\s*${name}\\s*(;(?!\\s*q=0(\\.0*)?\\s*$).*)?$`).test(part))
  if (file.br && takes('br')) return { name: 'br', bytes: file.br }
  return file.gzip && takes('gzip') ? { name: 'gzip', bytes: file.gzip } : undefined
}

/** For files whose name holds their hash: never asked for again. */
export const forever = 'public, max-age=31536000, immutable'
