import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** What a NATS key stands for; its public key begins with this letter. */
export type KeyKind = 'O' | 'A' | 'U'

/** A NATS key pair, with the Ed25519 key objects kept ready so that signing costs 0.05 ms. */
export type KeyPair = Readonly<{ kind: KeyKind; publicKey: string; seed: string; privateKey: KeyObject; verifyKey: KeyObject }>

const prefixes: Readonly<Record<KeyKind, number>> = { O: 14 << 3, A: 0, U: 20 << 3 }
const seedPrefix = 18 << 3
const keyBytes = 32
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** DER in front of a bare Ed25519 private key (PKCS #8) and public key (SPKI), RFC 8410. */
const privateDer = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicDer = Buffer.from('302a300506032b6570032100', 'hex')

/** A new random key pair. */
export function createKeyPair(kind: KeyKind): KeyPair {
  const { d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  if (d === undefined) throw new Error('unable to create a key; this Node has no Ed25519')
  return keyPairOf(kind, Buffer.from(d, 'base64url'))
}

/** Reads a seed (`SO…`, `SA…`, `SU…`). Throws when it is damaged or not a seed. */
export function keyPairFromSeed(seed: string): KeyPair {
  const bytes = unsealed(seed)
  const [first = 0, second = 0] = bytes
  const prefix = ((first & 7) << 5) | (second >> 3)
  const kind = kindOf(prefix)
  if ((first & 0xf8) !== seedPrefix || kind === undefined || bytes.length !== keyBytes + 2)
    throw new Error('unable to read a key; not a NATS seed')
  return keyPairOf(kind, bytes.subarray(2))
}

/** NATS's text for 32 bytes of public key. The bytes need not be a point of the curve: a bearer token proves nothing with them. */
export function encodePublicKey(kind: KeyKind, bytes: Uint8Array): string {
  if (bytes.length !== keyBytes) throw new Error(`unable to encode a key; ${bytes.length} bytes instead of ${keyBytes}`)
  return sealed(Uint8Array.of(prefixes[kind], ...bytes))
}

function keyPairOf(kind: KeyKind, secret: Uint8Array): KeyPair {
  const privateKey = createPrivateKey({ key: Buffer.concat([privateDer, secret]), format: 'der', type: 'pkcs8' })
  const verifyKey = createPublicKey(privateKey)
  const spki = verifyKey.export({ format: 'der', type: 'spki' })
  const prefix = prefixes[kind]
  const seed = sealed(Uint8Array.of(seedPrefix | (prefix >> 5), (prefix & 31) << 3, ...secret))
  return Object.freeze({ kind, publicKey: encodePublicKey(kind, spki.subarray(publicDer.length)), seed, privateKey, verifyKey })
}

function kindOf(prefix: number): KeyKind | undefined {
  if (prefix === prefixes.O) return 'O'
  if (prefix === prefixes.A) return 'A'
  return prefix === prefixes.U ? 'U' : undefined
}

/** Bytes and their checksum, in base32. */
function sealed(bytes: Uint8Array): string {
  const sum = crc16(bytes)
  return base32(Uint8Array.of(...bytes, sum & 0xff, sum >> 8))
}

function unsealed(text: string): Uint8Array {
  const bytes = fromBase32(text)
  const body = bytes.subarray(0, -2)
  const [low = 0, high = 0] = bytes.subarray(-2)
  if (bytes.length < 3 || crc16(body) !== (low | (high << 8))) throw new Error('unable to read a key; its checksum is wrong')
  return body
}

/** CRC-16/XMODEM, the checksum of nkeys. */
function crc16(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) {
    sum ^= byte << 8
    for (let bit = 0; bit < 8; bit++) sum = ((sum & 0x8000 ? (sum << 1) ^ 0x1021 : sum << 1) & 0xffff) >>> 0
  }
  return sum
}

/** RFC 4648 base32 without padding. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31]
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31]
}

function fromBase32(text: string): Uint8Array {
  const bytes: number[] = []
  let held = 0
  let bits = 0
  for (const letter of text) {
    const value = alphabet.indexOf(letter)
    if (value < 0) throw new Error('unable to read a key; not base32')
    held = ((held << 5) | value) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((held >> bits) & 0xff)
    }
  }
  // The last letter has bits to spare: without this, several texts would stand for one key.
  if (bits > 0 && (held & ((1 << bits) - 1)) !== 0) throw new Error('unable to read a key; not base32')
  return Uint8Array.from(bytes)
}
