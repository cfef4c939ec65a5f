import { type FieldError, UsherError } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import type { HttpContext } from './http-context.ts'

/** The query string by the schema. The last of a repeated parameter counts; unknown ones are ignored. */
export function readQuery<Schema extends v.GenericSchema>(schema: Schema, c: HttpContext): v.InferOutput<Schema> {
  return check(schema, Object.fromEntries(new URL(c.req.url).searchParams))
}

/** The JSON body by the schema; no body at all counts as `{}`. Unknown fields are dropped. */
export async function readBody<Schema extends v.GenericSchema>(schema: Schema, c: HttpContext): Promise<v.InferOutput<Schema>> {
  const text = await c.req.text()
  return check(schema, text.trim() === '' ? {} : parse(text))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UsherError('invalid_argument', 'unable to read the request; its body is not JSON', { cause })
  }
}

function check<Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  // One complaint for each field is enough.
  const result = v.safeParse(schema, input, { abortPipeEarly: true })
  if (result.success) return result.output
  const fields = result.issues.map((issue): FieldError => ({ path: v.getDotPath(issue) ?? '', message: issue.message }))
  const names = [...new Set(fields.map((field) => field.path || 'the body'))].join(', ')
  throw new UsherError('validation_failed', `unable to read the request; not valid: ${names}`, { fields })
}
