import { type ErrorCode, isId, UsherError } from '@usher-chat/sdk/protocol'
import type * as v from 'valibot'
import type { Callers, Doors } from './callers.ts'
import type { HttpContext } from './http-context.ts'
import { readBody, readQuery } from './read-input.ts'

type Schema = v.GenericSchema

/** What a schema reads; undefined where a route takes none. */
type Read<S> = S extends Schema ? v.InferOutput<S> : undefined

/** A route as it is documented. */
export interface RouteSpec {
  method: 'get' | 'post' | 'put' | 'patch'
  /** As OpenAPI writes it: `/v1/visitors/{id}`. */
  path: `/${string}`
  /** The operation's name in the document, unique. */
  id: string
  tag: string
  summary: string
  /** More than fits in the summary. */
  description?: string
  who: keyof Callers
  query?: Schema
  body?: Schema
  /** Of the answer; default 200, or 204 when there is none. */
  status?: 200 | 201
  answer?: Schema
  /** Other content than JSON, by type; the handler then returns a `Response`. */
  content?: string
  /** Codes this route may answer beyond those all routes share. */
  errors?: readonly ErrorCode[]
}

/** One call of a route, checked. */
export interface Call<Who extends keyof Callers, Query, Body> {
  caller: Callers[Who]
  query: Query
  body: Body
  /** A path parameter that must be an id; anything else is `not_found`, as an unknown id would be. */
  id(name: string): string
  c: HttpContext
}

/** A route, ready to be mounted and documented. */
export interface Route {
  readonly spec: RouteSpec
  serve(c: HttpContext, doors: Doors): Promise<Response>
}

type Definition<Who extends keyof Callers, Query, Body, Answer> = Omit<RouteSpec, 'who' | 'query' | 'body' | 'answer'> & {
  who: Who
  query?: Query
  body?: Body
  answer?: Answer
  handle(call: Call<Who, Read<Query>, Read<Body>>): Promise<Read<Answer> | Response>
}

/** Ties a handler to its documentation: the schemas that check a call are those the document shows. */
export function defineRoute<
  const Who extends keyof Callers,
  Query extends Schema | undefined = undefined,
  Body extends Schema | undefined = undefined,
  Answer extends Schema | undefined = undefined,
>(definition: Definition<Who, Query, Body, Answer>): Route {
  const { handle, query, body, answer, ...rest } = definition
  const spec: RouteSpec = { ...rest, ...(query ? { query } : {}), ...(body ? { body } : {}), ...(answer ? { answer } : {}) }
  return {
    spec,
    async serve(c, doors) {
      const caller = await doors[definition.who](c)
      const result = await handle({
        caller,
        query: (query ? readQuery(query, c) : undefined) as Read<Query>,
        body: (body ? await readBody(body, c) : undefined) as Read<Body>,
        id: (name) => idParameter(c, name),
        c,
      })
      if (result instanceof Response) return result
      return result === undefined ? c.body(null, 204) : c.json(result as object, spec.status ?? 200)
    },
  }
}

function idParameter(c: HttpContext, name: string): string {
  const value = c.req.param(name)
  if (!isId(value)) throw new UsherError('not_found', 'unable to find it; no such thing here')
  return value
}
