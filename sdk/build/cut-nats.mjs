import { readFile } from 'node:fs/promises'
import { parse } from 'acorn'
import { readEnums, replaceEnumUses } from './inline-enums.mjs'

/**
 * nats.ws is one file that no bundler can shake: one class names JetStream, object stores and services, and crypto for keys we never use
 * runs at start. This cuts it to what a chat needs: connect, publish, subscribe, headers. Every pattern must match exactly as
 * often as it does in the version below, or the build fails: a new version wants to be looked at first.
 */
export const cutVersion = '1.30.3'

/** To be kept in every file that contains it: the Apache licence asks for both sentences. */
export const natsNotice = `/*! Contains nats.ws ${cutVersion}, Copyright 2020-2024 The NATS Authors, Apache License 2.0. Changed: unused parts are cut out. */`

/** Top-level statements, by how they begin, and what stands there instead. */
const statements = [
  // Ed25519: tokens are bearer JWTs, nothing is signed here. The unmodified package leaks it as `globalThis.nacl`.
  ['(function(nacl) {', ''],
  ['const nacl = typeof module', ''],
  ['const denoHelper = {', ''],
  ['setEd25519Helper(denoHelper)', ''],
  // SHA-256 for the digests of object stores, with an emulation of Node around it.
  ['k = x, function() {', ''],
  ['var U = x.exports', 'var J;'],
  ['var k, x = {', ''],
  ['"function" == typeof e.setTimeout', ''],
  ['y.prototype.run = function', ''],
  ['var m = e.performance', 'var O;'],
  ['var e = "undefined" != typeof global', ''],
  ['var E = {', ''],
  ['var B = new Date', ''],
  // Addresses come from our own server, so telling an IP from a name needs no parser.
  ['function isIP(h)', 'function isIP(h) { return /^[\\d.]+$/.test(h) || h.includes(":") }'],
  // Which JetStream calls a server knows; we make none.
  ['class Features {', 'class Features { update() {} }'],
  // Requests are made by `requests.ts`.
  ['class MuxSubscription {', 'class MuxSubscription { handleError() {} close() {} }'],
  // Sentences for three codes that cannot come up.
  ['class Messages {', 'class Messages { static getMessage(s) { return s } }'],
  ['const messages = new Messages()', ''],
]

/** Members of classes that are never called, or lead to the rest. */
const members = {
  NatsConnectionImpl:
    'jetstreamManager jetstream services requestMany request drain context stats rtt _resub respondMessage publishMessage reconnect getServer getServerVersion',
  ProtocolHandler: 'drain resub reconnect request initMux getServer',
  Subscriptions: 'resub size',
  SubscriptionImpl: 'setPrePostHandlers drain getMax getID getSubject',
  MsgImpl: 'respond requestInfo json string size',
  MsgHdrsImpl: 'equals get has keys findKeys delete toRecord fromRecord values size status',
  DataBuffer: 'peek shift toAscii',
  DenoBuffer: 'truncate readByte read writeString grow readFrom empty',
  Nuid: 'reset',
}

/**
 * Members that are written anew. Names are compared as they are written, so nobody needs to spell every name of every message canonically
 * and search all of them; that took a tenth of a busy client's time. There is one server, dialled once: the dialling again is ours, and a lost
 * connection is over.
 */
const rewritten = {
  ProtocolHandler: {
    disconnected: 'async disconnected(err) { await this._close(err) }',
    dialLoop: 'dialLoop() { return this._doDial(this.selectServer()) }',
    dodialLoop: '',
  },
  MsgHdrsImpl: {
    set: 'set(k, v) { this.headers.set(k, [MsgHdrsImpl.validHeaderValue(v)]) }',
    append: 'append(k, v) { const all = this.headers.get(k); all ? all.push(MsgHdrsImpl.validHeaderValue(v)) : this.set(k, v) }',
    last: 'last(k) { return this.headers.get(k)?.at(-1) ?? "" }',
  },
}

/** How many enums, uses of their members and top-level `new` there are. */
const expected = { enums: 31, uses: 489, constructions: 7 }

/** The source of nats.ws without what is not used. Throws when a pattern does not match as expected. */
export function cutSource(source) {
  const { body } = parse(source, { ecmaVersion: 'latest', sourceType: 'module' })
  const enums = readEnums(source, body)
  count(enums, expected.enums, 'enums')
  const uses = replaceEnumUses(body, enums)
  count(uses, expected.uses, 'uses of enums')
  const edits = [
    ...statementEdits(source, body),
    ...memberEdits(body),
    ...constructionEdits(body),
    ...enums.map(({ edit }) => edit),
    ...uses,
  ]
  return applyEdits(source, edits)
}

/** Replaces `nats.ws` by its cut source wherever it is imported. */
export function cutNats() {
  return {
    name: 'cut-nats',
    setup(build) {
      build.onLoad({ filter: /nats\.ws[\\/]esm[\\/]nats\.js$/ }, async ({ path }) => ({
        contents: cutSource(await readFile(path, 'utf8')),
        loader: 'js',
      }))
    },
  }
}

function statementEdits(source, body) {
  return statements.map(([beginning, text]) => {
    const { start, end } = only(
      body.filter((node) => source.startsWith(beginning, node.start)),
      `statement "${beginning}"`,
    )
    return { start, end, text }
  })
}

function memberEdits(body) {
  const unused = Object.entries(members).flatMap(([name, list]) => list.split(' ').map((member) => [name, member, '']))
  const anew = Object.entries(rewritten).flatMap(([name, texts]) => Object.entries(texts).map(([member, text]) => [name, member, text]))
  return [...unused, ...anew].map(([name, member, text]) => {
    const found = only(
      body.filter((node) => node.type === 'ClassDeclaration' && node.id.name === name),
      `class ${name}`,
    )
    const { start, end } = only(
      found.body.body.filter((node) => node.type === 'MethodDefinition' && node.key.name === member),
      `member ${name}.${member}`,
    )
    return { start, end, text }
  })
}

/** A bundler must assume that a constructor does something; these do not. */
function constructionEdits(body) {
  const news = body.filter((node) => node.type === 'VariableDeclaration' && node.declarations[0].init?.type === 'NewExpression')
  count(news, expected.constructions, 'constructions')
  return news.map((node) => {
    const { start } = node.declarations[0].init
    return { start, end: start, text: '/* @__PURE__ */ ' }
  })
}

function applyEdits(source, edits) {
  const sorted = edits.toSorted((a, b) => a.start - b.start || b.end - a.end)
  let cut = ''
  let at = 0
  for (const { start, end, text } of sorted) {
    // Inside of what is gone already.
    if (start < at) continue
    cut += source.slice(at, start) + text
    at = end
  }
  return cut + source.slice(at)
}

function only(found, what) {
  count(found, 1, what)
  return found[0]
}

function count(found, wanted, what) {
  if (found.length !== wanted) throw new Error(`unable to cut nats.ws; ${what}: ${found.length} found, ${wanted} expected in ${cutVersion}`)
}
