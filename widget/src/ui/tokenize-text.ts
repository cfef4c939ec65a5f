/** A piece of a message: plain text, or a link that is safe to follow. */
export type TextToken = { type: 'text'; text: string } | { type: 'link'; text: string; href: string }

// A mail address has at most 64 letters before the @ and 255 after it; without a bound a text of one long word takes its square.
const candidate = /(?:https?:\/\/|mailto:|www\.)[^\s<>"'`{}|\\^]+|[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9][a-z0-9.-]{0,252}\.[a-z]{2,}/gi
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
    // "https://bank.example@evil.example", "https://аррӏе.example" and "http://2130706433" read as one host and lead to another.
    if (url.protocol !== 'mailto:' && (url.username !== '' || !hostAsWritten(address).startsWith(url.hostname))) return undefined
    return safeProtocols.has(url.protocol) ? url.href : undefined
  } catch {
    return undefined
  }
}

const hostAsWritten = (address: string) => address.toLowerCase().split('//')[1] ?? ''

/** "see https://a.example/b)." links without the bracket and the full stop, "…/b_(c)" keeps its own bracket. */
function withoutTrailingPunctuation(text: string): string {
  const open = count(text, '(')
  let closed = count(text, ')')
  let end = text.length
  for (; end > 0; end--) {
    const last = text.charAt(end - 1)
    if (last === ')' && closed > open) closed--
    else if (!'.,;:!?…'.includes(last)) break
  }
  return text.slice(0, end)
}

const count = (text: string, letter: string) => text.split(letter).length - 1
