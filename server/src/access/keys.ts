import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { encodeJwt } from './jwt.ts'
import { createKeyPair, type KeyPair, keyPairFromSeed } from './nkeys.ts'
import { type Allowed, provisionerAllowed, roleTemplate, serverAllowed } from './permissions.ts'
import type { MintingKeys } from './user-jwt.ts'

/** A NATS user that signs in with a key of its own: its token and the seed of its key. */
export type UserCreds = Readonly<{ jwt: string; seed: string }>

const userCreds = v.object({ jwt: v.string(), seed: v.string() })

/** `keys.json`: what the servers need, and no more. With it one can be a server and mint clients, but not change NATS's accounts. */
const keysFile = v.object({
  version: v.literal(1),
  /** Public key of the account all users live in. */
  account: v.string(),
  visitorSeed: v.string(),
  agentSeed: v.string(),
  /** The server's own user at NATS. */
  server: userCreds,
  /** base64url of 32 random bytes each: signs visitor tokens; derives users' NATS keys. */
  tokenSecret: v.string(),
  userSecret: v.string(),
})

/** `operator.json`: what the start of nats-server and the provisioning need. The servers never read it. */
const operatorFile = v.object({
  version: v.literal(1),
  operatorSeed: v.string(),
  accountSeed: v.string(),
  systemSeed: v.string(),
  /** The tokens nats-server is configured with. */
  operatorJwt: v.string(),
  account: v.object({ publicKey: v.string(), jwt: v.string() }),
  system: v.object({ publicKey: v.string(), jwt: v.string() }),
  provisioner: userCreds,
})

export type KeysFile = Readonly<v.InferOutput<typeof keysFile>>
export type OperatorFile = Readonly<v.InferOutput<typeof operatorFile>>

/** The servers' keys, ready to use. */
export type Keys = MintingKeys & Readonly<{ server: UserCreds; tokenSecret: Uint8Array }>

/** Both files of one installation. */
export type KeyFiles = Readonly<{ keys: KeysFile; operator: OperatorFile }>

/** New keys for one installation of Usher. `now` in ms. */
export function generateKeys(now: number): KeyFiles {
  const secret = (): string => randomBytes(32).toString('base64url')
  const [operator, system] = [createKeyPair('O'), createKeyPair('A')]
  const [account, visitor, agent] = [createKeyPair('A'), createKeyPair('A'), createKeyPair('A')]
  const [server, provisioner] = [createKeyPair('U'), createKeyPair('U')]
  return issue({ operator, system, account, visitor, agent, server, provisioner }, { tokenSecret: secret(), userSecret: secret() }, now)
}

/** The same keys with what they grant issued anew: an upgrade may need subjects that the version before did not. */
export function renewKeys({ keys, operator }: KeyFiles, now: number): KeyFiles {
  const pairs = {
    operator: keyPairFromSeed(operator.operatorSeed),
    system: keyPairFromSeed(operator.systemSeed),
    account: keyPairFromSeed(operator.accountSeed),
    visitor: keyPairFromSeed(keys.visitorSeed),
    agent: keyPairFromSeed(keys.agentSeed),
    server: keyPairFromSeed(keys.server.seed),
    provisioner: keyPairFromSeed(operator.provisioner.seed),
  }
  return issue(pairs, keys, now)
}

type Pairs = Readonly<Record<'operator' | 'system' | 'account' | 'visitor' | 'agent' | 'server' | 'provisioner', KeyPair>>

function issue(pairs: Pairs, { tokenSecret, userSecret }: Pick<KeysFile, 'tokenSecret' | 'userSecret'>, now: number): KeyFiles {
  const { operator, system, account, visitor, agent } = pairs
  const claims = (pair: KeyPair, name: string, nats: Record<string, unknown>) => ({
    sub: pair.publicKey,
    name,
    iat: Math.floor(now / 1000),
    nats,
  })
  const user = (name: 'server' | 'provisioner', allowed: Allowed): UserCreds => ({
    jwt: encodeJwt(claims(pairs[name], name, { type: 'user', version: 2, ...rights(allowed) }), account),
    seed: pairs[name].seed,
  })
  return {
    keys: {
      version: 1,
      account: account.publicKey,
      visitorSeed: visitor.seed,
      agentSeed: agent.seed,
      server: user('server', serverAllowed),
      tokenSecret,
      userSecret,
    },
    operator: {
      version: 1,
      operatorSeed: operator.seed,
      accountSeed: account.seed,
      systemSeed: system.seed,
      operatorJwt: encodeJwt(claims(operator, 'usher', { type: 'operator', version: 2, system_account: system.publicKey }), operator),
      account: { publicKey: account.publicKey, jwt: encodeJwt(claims(account, 'usher', accountClaims(visitor, agent)), operator) },
      system: { publicKey: system.publicKey, jwt: encodeJwt(claims(system, 'system', systemClaims), operator) },
      provisioner: user('provisioner', provisionerAllowed),
    },
  }
}

/** Reads `keys.json`. Throws one sentence when it is missing or damaged. */
export function loadKeys(path: string): Keys {
  return readKeys(readJson(path, keysFile))
}

/** Reads both files. Throws one sentence when one is missing or damaged. */
export function loadKeyFiles(paths: { keys: string; operator: string }): KeyFiles {
  return { keys: readJson(paths.keys, keysFile), operator: readJson(paths.operator, operatorFile) }
}

/** The file's texts as key objects. */
export function readKeys(file: KeysFile): Keys {
  return Object.freeze({
    account: file.account,
    visitor: keyPairFromSeed(file.visitorSeed),
    agent: keyPairFromSeed(file.agentSeed),
    server: file.server,
    tokenSecret: Buffer.from(file.tokenSecret, 'base64url'),
    userSecret: Buffer.from(file.userSecret, 'base64url'),
  })
}

function readJson<Schema extends v.GenericSchema>(path: string, schema: Schema): v.InferOutput<Schema> {
  try {
    return v.parse(schema, JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new Error(`unable to read the keys in ${path}; ${cause instanceof Error ? cause.message : 'not readable'}`, { cause })
  }
}

/** Every limit said outright: a limit left out is zero, and an account of zeros admits nobody. */
const openLimits = {
  subs: -1,
  data: -1,
  payload: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  conn: -1,
  leaf: 0,
}

const jetStreamLimits = {
  mem_storage: -1,
  disk_storage: -1,
  streams: -1,
  consumer: -1,
  max_ack_pending: -1,
  mem_max_stream_bytes: -1,
  disk_max_stream_bytes: -1,
}

const systemClaims = { type: 'account', version: 2, limits: openLimits }

function accountClaims(visitor: KeyPair, agent: KeyPair): Record<string, unknown> {
  const scope = (role: 'visitor' | 'agent', pair: KeyPair) => ({
    kind: 'user_scope',
    key: pair.publicKey,
    role,
    template: { ...rights(roleTemplate(role)), bearer_token: true },
  })
  return {
    type: 'account',
    version: 2,
    limits: { ...openLimits, ...jetStreamLimits },
    signing_keys: [scope('visitor', visitor), scope('agent', agent)],
  }
}

const rights = (allowed: Allowed): Record<string, unknown> => ({
  pub: { allow: allowed.publish },
  sub: { allow: allowed.subscribe },
  subs: -1,
  data: -1,
  payload: -1,
  allowed_connection_types: ['STANDARD'],
})
