/** One or two letters that stand for a name: first and last word. '?' for nothing. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  const chosen = words.length > 1 ? [words[0], words[words.length - 1]] : words
  const letters = chosen.map((word) => firstLetter(word ?? '').toLocaleUpperCase())
  return letters.join('') || '?'
}

// By code point: half a surrogate pair would be drawn as a box.
const firstLetter = (word: string) => Array.from(word)[0] ?? ''
