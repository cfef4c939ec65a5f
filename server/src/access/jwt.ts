import { createHash, type KeyObject, sign, verify } from 'node:crypto'
import { base32, type KeyPair } from './nkeys.ts'

/** Claims of a NATS JWT: who signed (`iss`), about whom (`sub`), and NATS's own part. Times are in seconds. */
export type Claims = Readonly<{
  iss: string
  sub: string
  name: string
  iat: number
  exp?: number
  jti?: string
  nats: Readonly<Record<string, unknown>>
}>

const header = encodePart({ typ: 'JWT', alg: 'ed25519-nkey' })

/** Signs claims as NATS wants them: algorithm `ed25519-nkey`, `jti` the hash of the rest. */
export function encodeJwt(claims: Omit<Claims, 'iss' | 'jti'>, signer: KeyPair): string {
  const bare = { ...claims, iss: signer.publicKey }
  const jti = base32(createHash('sha512-256').update(JSON.stringify(bare)).digest())
  const text = `${header}.${encodePart({ jti, ...bare })}`
  return `${text}.${sign(null, Buffer.from(text), signer.privateKey).toString('base64url')}`
}

/** The claims as they stand in the token, nothing checked but the shape `header.claims.signature` and our algorithm. */
export function readJwt(token: string): { claims: unknown; signed: string; signature: Uint8Array } | undefined {
  const [head, body, signature, ...rest] = token.split('.')
  if (head !== header || body === undefined || signature === undefined || rest.length > 0) return undefined
  try {
    return {
      claims: JSON.parse(Buffer.from(body, 'base64url').toString()),
      signed: `${head}.${body}`,
      signature: Buffer.from(signature, 'base64url'),
    }
  } catch {
    return undefined
  }
}

/** Did the owner of `key` sign this text? */
export function isSignedBy(key: KeyObject, signed: string, signature: Uint8Array): boolean {
  return signature.length === 64 && verify(null, Buffer.from(signed), key, signature)
}

function encodePart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
