import { type ErrorCode, errorCodes } from '@usher-chat/sdk/protocol'
import { exampleOf } from './docs-example.ts'
import { renderSchema } from './docs-schema.ts'
import { escapeHtml, inlineCode } from './escape-html.ts'
import type { JsonSchema, OpenApiDocument, OpenApiOperation, OpenApiParameter } from './openapi.ts'

/** Nothing but the page itself and its style sheet. */
export const docsPolicy = `default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

interface Entry {
  method: string
  path: string
  operation: OpenApiOperation
}

/** The document as a page for people: no script, readable on a phone, printable. */
export function docsPage(document: OpenApiDocument): string {
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Entry => ({ method, path, operation })),
  )
  const groups = document.tags.map((tag) => ({ ...tag, entries: entries.filter(({ operation }) => operation.tags.includes(tag.name)) }))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(document.info.title)} HTTP interface</title>
<link rel="icon" href="/console/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<nav aria-label="Contents">
<p class="brand">${escapeHtml(document.info.title)} <small>${escapeHtml(document.info.version)}</small></p>
${groups.map((group) => `<h2><a href="#${anchor(group.name)}">${escapeHtml(group.name)}</a></h2><ul>${group.entries.map(navItem).join('')}</ul>`).join('\n')}
<h2><a href="#errors">Errors</a></h2>
<h2><a href="#shapes">Shapes</a></h2>
</nav>
<main>
${intro(document)}
${groups.map((group) => section(group, document)).join('\n')}
${errorTable()}
${shapes(document)}
</main>
</body>
</html>
`
}

const anchor = (name: string): string => name.toLowerCase()

const badge = (method: string): string => `<span class="method ${method}">${method.toUpperCase()}</span>`

const navItem = ({ method, operation }: Entry): string =>
  `<li><a href="#${operation.operationId}">${badge(method)} ${escapeHtml(operation.summary)}</a></li>`

const intro = ({ info, servers }: OpenApiDocument): string => `<header>
<h1>HTTP interface</h1>
<p>${inlineCode(info.description)}</p>
<p>Server: <code>${escapeHtml(servers[0]?.url ?? '')}</code> · machine-readable: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1)</p>
</header>`

function section(group: { name: string; description: string; entries: Entry[] }, document: OpenApiDocument): string {
  return `<section id="${anchor(group.name)}"><h2>${escapeHtml(group.name)}</h2><p>${inlineCode(group.description)}</p>
${group.entries.map((entry) => article(entry, document)).join('\n')}</section>`
}

function article({ method, path, operation }: Entry, document: OpenApiDocument): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  const body = requestBody?.content['application/json']?.schema
  return `<article id="${operationId}">
<h3><a href="#${operationId}">${escapeHtml(summary)}</a></h3>
<p class="route">${badge(method)} <code>${path.replace(/\{(\w+)\}/g, '<var>{$1}</var>')}</code> ${who(operation)}</p>
${description ? `<p>${inlineCode(description)}</p>` : ''}
${parameters.length > 0 ? `<h4>Parameters</h4><dl class="fields">${parameters.map(parameter).join('')}</dl>` : ''}
${body ? `<h4>Body</h4>${renderSchema(body)}` : ''}
${curl({ method, path, operation }, body, document)}
<h4>Answers</h4>
${Object.entries(responses)
  .map(([status, response]) => answer(status, response, document))
  .join('\n')}
</article>`
}

function who({ security }: OpenApiOperation): string {
  const scheme = Object.keys(security?.[0] ?? {})[0]
  const words: Record<string, string> = { visitorToken: 'visitor token', agentCookie: 'agent’s login' }
  return `<span class="who">${scheme === undefined ? 'open to all' : (words[scheme] ?? scheme)}</span>`
}

const parameter = ({ name, in: where, required, schema }: OpenApiParameter): string =>
  `<div><dt><code>${escapeHtml(name)}</code> <span class="type">${where}${required ? ', required' : ''}</span></dt><dd>${renderSchema(schema)}</dd></div>`

function answer(status: string, { description, content }: OpenApiOperation['responses'][string], document: OpenApiDocument): string {
  const [type, media] = Object.entries(content ?? {})[0] ?? []
  const isError = Number(status) >= 400
  const head = `<span class="status s${status.charAt(0)}">${status}</span> ${inlineCode(description)}`
  if (isError || !media) return `<p class="answer">${head}</p>`
  if (type !== 'application/json') return `<p class="answer">${head} <code>${escapeHtml(type ?? '')}</code></p>`
  return `<details class="answer" open><summary>${head}</summary>${renderSchema(media.schema)}${example(media.schema, document)}</details>`
}

/** The call as one can paste it into a shell. */
function curl({ method, path, operation }: Entry, body: JsonSchema | undefined, document: OpenApiDocument): string {
  const { security, parameters = [] } = operation
  const scheme = Object.keys(security?.[0] ?? {})[0]
  const needed = parameters
    .filter((one) => one.in === 'query' && one.required)
    .map(({ name, schema }) => `${name}=${exampleOf(schema, {}, name)}`)
  const filled = path.replace(/\{\w+\}/g, () => String(exampleOf({ type: 'string', pattern: 'id' }, {})))
  const lines = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}'${document.servers[0]?.url ?? ''}${filled}${needed.length > 0 ? `?${needed.join('&')}` : ''}'`,
    ...(scheme === 'visitorToken' ? [`-H "Authorization: Bearer $TOKEN"`] : []),
    ...(scheme === 'agentCookie' ? [`-b "__Host-usher=$COOKIE"`] : []),
    ...(method === 'get' ? [] : [`-H 'Content-Type: application/json'`]),
    ...(body ? [`-d '${JSON.stringify(exampleOf(body, document.components.schemas), null, 2)}'`] : []),
  ]
  return `<details class="example"><summary>curl</summary><pre><code>${escapeHtml(lines.join(' \\\n  '))}</code></pre></details>`
}

const example = (schema: JsonSchema, document: OpenApiDocument): string =>
  `<details class="example"><summary>Example</summary><pre><code>${escapeHtml(JSON.stringify(exampleOf(schema, document.components.schemas), null, 2))}</code></pre></details>`

function errorTable(): string {
  const row = (code: ErrorCode): string =>
    `<tr><td><code>${code}</code></td><td>${errorCodes[code].status}</td><td>${errorCodes[code].retryable ? 'yes' : ''}</td></tr>`
  const codes = Object.keys(errorCodes) as ErrorCode[]
  return `<section id="errors"><h2>Errors</h2>
<p>Every error of every route has one shape. <code>retryable</code>: the same call may succeed later, unchanged, after <code>retryAfterMs</code> where it is given.</p>
${renderSchema({ $ref: '#/components/schemas/Error' })}
<table><thead><tr><th>Code</th><th>Status</th><th>Retryable</th></tr></thead><tbody>${codes.map(row).join('')}</tbody></table></section>`
}

function shapes({ components }: OpenApiDocument): string {
  const shape = ([name, schema]: [string, JsonSchema]): string =>
    `<article id="${name}"><h3><a href="#${name}">${name}</a></h3>${renderSchema(schema)}</article>`
  return `<section id="shapes"><h2>Shapes</h2>${Object.entries(components.schemas).map(shape).join('\n')}</section>`
}
