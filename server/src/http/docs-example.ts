import { isRecord } from './docs-schema.ts'
import type { JsonSchema } from './openapi.ts'

/** Named fields that read better with a value of their own. */
const samples: Readonly<Record<string, unknown>> = {
  name: 'Anna Keller',
  email: 'anna@example.com',
  password: 'correct horse battery staple',
  url: 'https://shop.example/cart',
  title: 'Your cart',
  text: 'Hello, where is my order?',
  locale: 'en-GB',
  color: '#5b3df5',
  greeting: 'Hi! How can we help?',
  launcher: 'Chat with us',
  capacity: 8,
  seq: 1042,
  lastSeq: 1042,
  openedSeq: 1037,
  avatarUrl: 'https://shop.example/anna.png',
  jwt: 'eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ…',
  token: 'v1.eyJzIjoi…',
}

/** A plausible value of a schema. */
export function exampleOf(schema: JsonSchema, named: Readonly<Record<string, JsonSchema>>, field = ''): unknown {
  if (typeof schema.$ref === 'string') return exampleOf(named[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)] ?? {}, named, field)
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  const variants = schema.oneOf ?? schema.anyOf
  if (Array.isArray(variants) && isRecord(variants[0])) return exampleOf(variants[0], named, field)
  if (isRecord(schema.properties)) return exampleObject(schema.properties, named)
  if (schema.type === 'array') return isRecord(schema.items) ? [exampleOf(schema.items, named, field)] : []
  return plain(schema, field)
}

const exampleObject = (properties: JsonSchema, named: Readonly<Record<string, JsonSchema>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) => (isRecord(property) ? [[name, exampleOf(property, named, name)]] : [])),
  )

function plain(schema: JsonSchema, field: string): unknown {
  if (field in samples) return samples[field]
  if (schema.type === 'boolean') return true
  if (schema.type === 'integer' || schema.type === 'number') return typeof schema.minimum === 'number' ? schema.minimum : 1
  if (schema.type !== 'string') return {}
  if (schema.format === 'date-time') return '2026-03-14T09:26:53.589Z'
  if (typeof schema.pattern === 'string')
    return schema.pattern.includes('7[0-9a-f]{3}') ? '01958f5e-6e2d-7c3a-9b1f-3d5c7a9e1b20' : 'k3v7q2m5x4b6n7p2r5ty'
  return field === '' ? 'text' : field
}
