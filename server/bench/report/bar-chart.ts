import type { Chart } from './figures.ts'
import { formatNumber } from './format-part.ts'

const size = { width: 720, label: 220, row: 22, gap: 14, head: 44, value: 90 } as const

const colours = ['#5b3df5', '#9aa0a6', '#e8710a', '#1a9c87', '#c5221f']

/** Horizontal bars in groups, as an SVG that needs nothing else. The longest bar of all fills the width. */
export function barChart({ title, unit, groups }: Chart): string {
  const longest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)), Number.MIN_VALUE)
  const names = [...new Set(groups.flatMap(({ bars }) => bars.map(({ label }) => label)))]
  let y = size.head
  const body = groups.map(({ label, bars }) => {
    const top = y
    const drawn = bars.map((bar, i) => drawBar({ ...bar, colour: colourOf(names, bar.label), y: top + size.row * (i + 1), longest }))
    y = top + size.row * (bars.length + 1) + size.gap
    return `${text(0, top + 15, label, 'font-weight="600"')}${drawn.join('')}`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${y}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    text(0, 20, `${title} (${unit})`, 'font-size="16" font-weight="700"'),
    ...body,
    '</svg>\n',
  ].join('\n')
}

function drawBar({
  label,
  value,
  colour,
  y,
  longest,
}: {
  label: string
  value: number
  colour: string
  y: number
  longest: number
}): string {
  const room = size.width - size.label - size.value
  const width = Math.max(1, Math.round((value / longest) * room))
  const bar = `<rect x="${size.label}" y="${y + 3}" width="${width}" height="${size.row - 6}" rx="3" fill="${colour}"/>`
  return `${text(12, y + 15, label)}${bar}${text(size.label + width + 6, y + 15, formatNumber(value))}`
}

const colourOf = (names: readonly string[], label: string): string => colours[names.indexOf(label) % colours.length] as string

const text = (x: number, y: number, words: string, more = ''): string => `<text x="${x + 8}" y="${y}" ${more}>${escapeXml(words)}</text>`

const escapeXml = (words: string): string => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
