import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import * as v from 'valibot'

const dialogue = v.object({
  id: v.string(),
  turns: v.pipe(v.array(v.object({ from: v.picklist(['visitor', 'agent']), text: v.pipe(v.string(), v.nonEmpty()) })), v.minLength(1)),
})

/** Who said what, in order. */
export type Dialogue = v.InferOutput<typeof dialogue>
export type Turn = Dialogue['turns'][number]

/** Reads dialogues, one JSON object a line. Throws with the line's number when one is not of that shape. */
export async function readDialogues(file: string, limit = Number.POSITIVE_INFINITY): Promise<Dialogue[]> {
  const dialogues: Dialogue[] = []
  let line = 0
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    line++
    if (text.trim() === '') continue
    if (dialogues.length >= limit) break
    dialogues.push(parseDialogue(text, `${file}:${line}`))
  }
  return dialogues
}

/** One line of such a file. */
export function parseDialogue(text: string, where: string): Dialogue {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new Error(`unable to read the dialogue at ${where}; it is not JSON`, { cause })
  }
  const result = v.safeParse(dialogue, json)
  if (!result.success) throw new Error(`unable to read the dialogue at ${where}; ${v.summarize(result.issues)}`)
  return visitorFirst(result.output)
}

/** A visitor opens every conversation: turns of the agent before that cannot be said by anybody. */
function visitorFirst(read: Dialogue): Dialogue {
  const first = read.turns.findIndex((turn) => turn.from === 'visitor')
  if (first === -1) throw new Error(`unable to play dialogue ${read.id}; the visitor says nothing`)
  return first === 0 ? read : { ...read, turns: read.turns.slice(first) }
}
