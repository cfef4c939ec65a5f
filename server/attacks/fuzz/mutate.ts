import type { Random } from '../../faults/random.ts'

/** Bytes that mean something to readers of lines and lengths. */
const tellingBytes = [0x00, 0x09, 0x0a, 0x0d, 0x20, 0x2a, 0x2e, 0x30, 0x39, 0x3e, 0x7f, 0x80, 0xff] as const

/** Lengths that parsers get wrong. */
const tellingNumbers = [
  '0',
  '1',
  '-1',
  '+1',
  '00',
  '1e3',
  '8192',
  '8193',
  '65536',
  '4294967296',
  '9007199254740993',
  '99999999999999999999',
]

/** Most bytes an input grows to. */
const longest = 4_096

/** An input a little different from `input`: one to four changes, now and then with a part of `other` or a word of the dictionary in it. */
export function mutate(input: Buffer, other: Buffer, dictionary: readonly Buffer[], random: Random): Buffer {
  let bytes = input
  for (let changes = random.between(1, 4); changes > 0; changes--) bytes = change(bytes, other, dictionary, random)
  return bytes.length > longest ? Buffer.from(bytes.subarray(0, longest)) : bytes
}

function change(bytes: Buffer, other: Buffer, dictionary: readonly Buffer[], random: Random): Buffer {
  const at = random.between(0, bytes.length)
  const end = Math.min(bytes.length, at + random.between(1, 1 << random.between(0, 6)))
  const replaced = (part: Buffer, to: number): Buffer => Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(to)])
  switch (random.between(0, 7)) {
    case 0:
      return replaced(Buffer.from([(bytes[at] ?? 0) ^ (1 << random.between(0, 7))]), at + 1)
    case 1:
      return replaced(Buffer.from([random.pick(tellingBytes)]), at + 1)
    case 2:
      return replaced(Buffer.alloc(0), end)
    case 3:
      return replaced(Buffer.concat([bytes.subarray(at, end), bytes.subarray(at, end)]), end)
    case 4:
      return replaced(random.pick(dictionary), random.chance(0.5) ? at : end)
    case 5:
      return replaced(slice(other, random), random.chance(0.5) ? at : end)
    case 6:
      return replaced(other.subarray(random.between(0, other.length)), bytes.length)
    default:
      return withNumber(bytes, random.pick(tellingNumbers), at)
  }
}

function slice(bytes: Buffer, random: Random): Buffer {
  const from = random.between(0, bytes.length)
  return bytes.subarray(from, random.between(from, bytes.length))
}

/** Puts a number in the place of the next one behind `at`. */
function withNumber(bytes: Buffer, number: string, at: number): Buffer {
  const text = bytes.toString('latin1')
  const found = /\d+/.exec(text.slice(at))
  if (found === null) return bytes
  const from = at + found.index
  return Buffer.from(`${text.slice(0, from)}${number}${text.slice(from + found[0].length)}`, 'latin1')
}
