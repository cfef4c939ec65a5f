import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A TCP socket that waits for connections. */
export interface Listening {
  readonly address: string
  readonly port: number
  readonly loopback: boolean
}

/** State of a waiting socket in /proc/net/tcp. */
const listen = '0A'

/** The sockets on which this very process waits for connections, as the kernel tells. */
export function listeningOn(pid: number): Listening[] {
  const inodes = inodesOf(pid)
  return ['tcp', 'tcp6'].flatMap((table) =>
    parseSocketTable(readFileSync(`/proc/${pid}/net/${table}`, 'utf8')).filter(({ inode }) => inodes.has(inode)),
  )
}

function inodesOf(pid: number): Set<string> {
  const found = new Set<string>()
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${name}`))?.[1]
    if (inode !== undefined) found.add(inode)
  }
  return found
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    // Closed between the look at the folder and this one.
    return ''
  }
}

/** Reads /proc/net/tcp or tcp6: addresses are hexadecimal, each four bytes of them in the machine's own (little) order. */
export function parseSocketTable(text: string): (Listening & { inode: string })[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === listen)
    .map((fields) => {
      const [hex = '', port = ''] = (fields[1] ?? '').split(':')
      return { address: readable(hex), port: Number.parseInt(port, 16), loopback: isLoopback(hex), inode: fields[9] ?? '' }
    })
}

/** The bytes in the order people write them. */
const bytesOf = (hex: string): number[] => (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex').reverse()])

function readable(hex: string): string {
  const bytes = bytesOf(hex)
  return bytes.length === 4
    ? bytes.join('.')
    : `[${Buffer.from(bytes)
        .toString('hex')
        .replace(/(.{4})(?=.)/g, '$1:')}]`
}

function isLoopback(hex: string): boolean {
  const bytes = bytesOf(hex)
  if (bytes.length === 4) return bytes[0] === 127
  const text = Buffer.from(bytes).toString('hex')
  return text === `${'0'.repeat(31)}1` || text.startsWith(`${'0'.repeat(20)}ffff7f`)
}
