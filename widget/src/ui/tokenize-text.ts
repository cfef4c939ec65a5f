/** A piece of a message: plain text, or a link that is safe to follow. */
export type TextToken = { type: 'text'; text: string } | { type: 'link'; text: string; href: string }

const candidate = /(?:https?:\/\/|mailto:|www\.)[^\s<>"'`{}|\\^]+|[a-z0-9][a-z0-9._%+-]*@[a-z0-9][a-z0-9.-]*\.[a-z]{2,}/gi
const safeProtocols = new Set(['http:', 'https:', 'mailto:'])

/** Splits a text into plain pieces and links (http, https, mailto only). Joined again, the pieces are the text. */
export function tokenizeText(text: string): TextToken[] {
  const tokens: TextToken[] = []
  let end = 0
  for (const match of text.matchAll(candidate)) {
    const label = withoutTrailingPunctuation(match[0])
    const href = hrefOf(label)
    if (href === undefined) continue
    if (match.index > end) tokens.push({ type: 'text', text: text.slice(end, match.index) })
    tokens.push({ type: 'link', text: label, href })
    end = match.index + label.length
  }
  if (end < text.length) tokens.push({ type: 'text', text: text.slice(end) })
  return tokens
}

function hrefOf(label: string): string | undefined {
  const address = /^www\./i.test(label) ? `https://${label}` : /^[a-z]+:/i.test(label) ? label : `mailto:${label}`
  try {
    const url = new URL(address)
    // "https://bank.example@evil.example" reads as one host and leads to another.
    if (url.protocol !== 'mailto:' && (url.username !== '' || url.hostname === '')) return undefined
    return safeProtocols.has(url.protocol) ? url.href : undefined
  } catch {
    return undefined
  }
}

/** "see https://a.example/b)." links without the bracket and the full stop, "…/b_(c)" keeps its own bracket. */
function withoutTrailingPunctuation(text: string): string {
  let label = text.replace(/[.,;:!?…]+$/, '')
  while (label.endsWith(')') && count(label, ')') > count(label, '(')) label = label.slice(0, -1).replace(/[.,;:!?…]+$/, '')
  return label
}

const count = (text: string, letter: string) => text.split(letter).length - 1
