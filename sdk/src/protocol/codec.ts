import * as v from 'valibot'

const encoder = new TextEncoder()
// `fatal`: invalid UTF-8 is refused, never silently replaced. [R5]
const decoder = new TextDecoder('utf-8', { fatal: true })

/** JSON in UTF-8. */
export const encode = (payload: unknown): Uint8Array => encoder.encode(JSON.stringify(payload))

/** Parses and checks a payload; undefined when it is not UTF-8, not JSON or not of this shape. Unknown fields are dropped. [R16] */
export function decode<Schema extends v.GenericSchema>(schema: Schema, payload: Uint8Array): v.InferOutput<Schema> | undefined {
  let json: unknown
  try {
    json = JSON.parse(decoder.decode(payload))
  } catch {
    return undefined
  }
  const result = v.safeParse(schema, json, { abortEarly: true })
  return result.success ? result.output : undefined
}
