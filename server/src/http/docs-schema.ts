import { escapeHtml, inlineCode } from './escape-html.ts'
import type { JsonSchema } from './openapi.ts'

/** A schema as nested lists: each field with its type, what it must be, and what it means. Named shapes are links. */
export function renderSchema(schema: JsonSchema): string {
  const variants = listOf(schema.oneOf ?? schema.anyOf)
  if (variants.length > 0)
    return `<p class="type">one of</p><ul class="variants">${variants.map((one) => `<li>${renderSchema(one)}</li>`).join('')}</ul>`
  const properties = isRecord(schema.properties) ? Object.entries(schema.properties).filter(isNamedSchema) : []
  if (properties.length > 0)
    return `<dl class="fields">${properties.map(([name, property]) => field(name, property, isRequired(schema, name))).join('')}</dl>`
  const items = isRecord(schema.items) ? schema.items : undefined
  if (items && hasInside(items)) return `<span class="type">list of</span>${renderSchema(items)}`
  return `<span class="type">${typeOf(schema)}${limitsOf(schema)}</span>${description(schema)}`
}

function field(name: string, schema: JsonSchema, required: boolean): string {
  const inside = hasInside(schema) || (isRecord(schema.items) && hasInside(schema.items))
  const kind = inside ? `<span class="type">${typeOf(schema)}</span>${description(schema)}${renderSchema(schema)}` : renderSchema(schema)
  return `<div><dt><code>${escapeHtml(name)}</code>${required ? '' : ' <span class="optional">optional</span>'}</dt><dd>${kind}</dd></div>`
}

const description = ({ description: text }: JsonSchema): string =>
  typeof text === 'string' ? ` <span class="note">${inlineCode(text)}</span>` : ''

const hasInside = (schema: JsonSchema): boolean => 'properties' in schema || 'oneOf' in schema || 'anyOf' in schema

function typeOf(schema: JsonSchema): string {
  if (typeof schema.$ref === 'string') return link(schema.$ref)
  if ('const' in schema) return `<code>${escapeHtml(JSON.stringify(schema.const))}</code>`
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `<code>${escapeHtml(JSON.stringify(value))}</code>`).join(' · ')
  if (schema.type === 'array') return `list of ${isRecord(schema.items) ? typeOf(schema.items) : 'anything'}`
  if (schema.format === 'date-time') return 'time, ISO 8601 UTC'
  if (schema.type === 'object' && isRecord(schema.additionalProperties)) return 'object by name'
  return typeof schema.type === 'string' ? escapeHtml(schema.type) : 'anything'
}

function link(ref: string): string {
  const name = escapeHtml(ref.slice(ref.lastIndexOf('/') + 1))
  return `<a href="#${name}">${name}</a>`
}

function limitsOf(schema: JsonSchema): string {
  const { minimum, maximum, maxLength, pattern, format, default: otherwise } = schema
  const limits = [
    typeof minimum === 'number' ? `≥ ${minimum}` : '',
    typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? `≤ ${maximum}` : '',
    typeof maxLength === 'number' ? `at most ${maxLength} characters` : '',
    typeof pattern === 'string' ? `<code>${escapeHtml(pattern)}</code>` : '',
    format === 'email' ? 'e-mail' : '',
    otherwise === undefined ? '' : `default <code>${escapeHtml(JSON.stringify(otherwise))}</code>`,
  ].filter((limit) => limit !== '')
  return limits.length === 0 ? '' : `, ${limits.join(', ')}`
}

const isRequired = ({ required }: JsonSchema, name: string): boolean => Array.isArray(required) && required.includes(name)

const isNamedSchema = (entry: [string, unknown]): entry is [string, JsonSchema] => isRecord(entry[1])

const listOf = (value: unknown): JsonSchema[] => (Array.isArray(value) ? value.filter(isRecord) : [])

/** A JSON object, as every schema inside a schema is. */
export const isRecord = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value)
