import {
  agentCard,
  agentNats,
  conversation,
  conversationsPage,
  type ErrorCode,
  errorCodes,
  event,
  internalEvent,
  me,
  natsAccess,
  page,
  session,
  siteSettings,
  threadItem,
  threadPage,
  visitorCard,
} from '@usher-chat/sdk/protocol'
import { toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import type { Callers } from './callers.ts'
import type { RouteSpec } from './route.ts'

export type JsonSchema = Record<string, unknown>

export interface OpenApiParameter {
  name: string
  in: 'path' | 'query'
  required: boolean
  description?: string
  schema: JsonSchema
}

export interface OpenApiResponse {
  description: string
  content?: Record<string, { schema: JsonSchema }>
}

export interface OpenApiOperation {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  parameters?: OpenApiParameter[]
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> }
  responses: Record<string, OpenApiResponse>
  security?: Record<string, string[]>[]
}

export interface OpenApiDocument {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } }
  servers: { url: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, OpenApiOperation>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, JsonSchema> }
}

/** Shapes that have a name in the document. */
const named = {
  AgentCard: agentCard,
  AgentNats: agentNats,
  Conversation: conversation,
  ConversationsPage: conversationsPage,
  Event: event,
  InternalEvent: internalEvent,
  Me: me,
  NatsAccess: natsAccess,
  Page: page,
  Session: session,
  SiteSettings: siteSettings,
  ThreadItem: threadItem,
  ThreadPage: threadPage,
  VisitorCard: visitorCard,
}

// What a reader or writer of JSON sees; trimming and the like has no JSON Schema and changes no shape.
const conversion = {
  typeMode: 'output',
  errorMode: 'ignore',
  definitions: named,
  overrideRef: ({ referenceId }: { referenceId: string }) => `#/components/schemas/${referenceId}`,
} as const

const security: Record<keyof Callers, Record<string, string[]>[]> = {
  anyone: [],
  page: [],
  visitor: [{ visitorToken: [] }],
  stranger: [],
  agent: [{ agentCookie: [] }],
}

/** Codes every route of a kind may answer with, whatever it does. */
const sharedErrors: Record<keyof Callers, readonly ErrorCode[]> = {
  anyone: ['internal'],
  page: ['internal', 'invalid_argument', 'payload_too_large'],
  visitor: [
    'unauthenticated',
    'token_invalid',
    'token_expired',
    'session_revoked',
    'site_unknown',
    'origin_not_allowed',
    'rate_limited',
    'internal',
  ],
  stranger: ['internal', 'invalid_argument', 'payload_too_large'],
  agent: ['unauthenticated', 'internal'],
}

/** The whole HTTP interface as one OpenAPI 3.1 document, made from the table of routes. */
export function openApiDocument(specs: readonly RouteSpec[], { url, version }: { url: string; version: string }): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {}
  for (const spec of specs) paths[spec.path] = { ...paths[spec.path], [spec.method]: operation(spec) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Usher',
      version,
      description:
        'Questions and commands of Usher go over HTTP; messages themselves travel over NATS. Times are ISO 8601 in UTC, durations milliseconds, positions seqs. ' +
        'Every error has the same shape: a `code` for programs and a sentence for people.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url }],
    tags: [
      { name: 'Visitor', description: 'What the widget on a page calls. Answers go only to origins on the site’s list.' },
      { name: 'Agent', description: 'Logging in, and who one is. Cookies count only at the server’s own origin.' },
      { name: 'Inbox', description: 'Conversations and the visitors behind them, within the sites of one’s teams.' },
      { name: 'Embedding', description: 'The script a page carries.' },
      { name: 'Running', description: 'For those who run the server.' },
    ],
    paths,
    components: {
      schemas: { ...definitions(), Error: errorSchema() },
      securitySchemes: {
        visitorToken: { type: 'http', scheme: 'bearer', description: 'The `token` of a session.' },
        agentCookie: { type: 'apiKey', in: 'cookie', name: '__Host-usher', description: 'Set by `POST /v1/login`.' },
      },
    },
  }
}

function operation(spec: RouteSpec): OpenApiOperation {
  const parameters = [...pathParameters(spec.path), ...(spec.query ? queryParameters(spec.query) : [])]
  return {
    operationId: spec.id,
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(spec.body ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(spec.body) } } } } : {}),
    responses: { ...success(spec), ...failures([...sharedErrors[spec.who], ...(spec.errors ?? [])]) },
    ...(security[spec.who].length > 0 ? { security: security[spec.who] } : {}),
  }
}

function success({ status, answer, content }: RouteSpec): Record<string, OpenApiResponse> {
  if (content !== undefined)
    return { '200': { description: 'Done.', content: { [content]: { schema: answer ? schemaOf(answer) : { type: 'string' } } } } }
  if (!answer) return { '204': { description: 'Done; there is nothing to say.' } }
  return { [String(status ?? 200)]: { description: 'Done.', content: { 'application/json': { schema: schemaOf(answer) } } } }
}

function failures(codes: readonly ErrorCode[]): Record<string, OpenApiResponse> {
  const byStatus = new Map<string, Set<ErrorCode>>()
  for (const code of codes) {
    const status = String(errorCodes[code].status)
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code))
  }
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }
  return Object.fromEntries(
    [...byStatus].map(([status, set]) => [status, { description: [...set].map((code) => `\`${code}\``).join(', '), content }]),
  )
}

const pathParameters = (path: string): OpenApiParameter[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', pattern: '^[a-z0-9]{16,32}$' },
  }))

function queryParameters(query: v.GenericSchema): OpenApiParameter[] {
  const { properties = {}, required = [] } = toJsonSchema(query, conversion)
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: typeof property === 'object' ? numberDefault({ ...property }) : {},
  }))
}

/** A default stands in the schema as the text a query holds; in the document it is a number, like the parameter. */
function numberDefault(schema: JsonSchema): JsonSchema {
  return schema.type === 'integer' && typeof schema.default === 'string' ? { ...schema, default: Number(schema.default) } : schema
}

function schemaOf(schema: v.GenericSchema): JsonSchema {
  const name = Object.entries(named).find(([, known]) => known === schema)?.[0]
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` }
  const { $schema: _, $defs: __, ...rest } = toJsonSchema(schema, conversion)
  return rest
}

const definitions = (): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(toJsonSchemaDefs(named, conversion)).map(([name, schema]) => [name, { ...schema }]))

function errorSchema(): JsonSchema {
  const field = { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } }, required: ['path', 'message'] }
  return {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message', 'retryable', 'requestId'],
        properties: {
          code: { type: 'string', enum: Object.keys(errorCodes) },
          message: { type: 'string', description: 'A sentence: unable to do something; the reason.' },
          retryable: { type: 'boolean', description: 'The same call may succeed later, unchanged.' },
          retryAfterMs: { type: 'integer', description: 'Wait at least this long, ms.' },
          fields: { type: 'array', items: field, description: 'What is wrong where in the request.' },
          requestId: { type: 'string', description: 'Stands in the log of the server.' },
        },
      },
    },
  }
}
