/**
 * Texts of the page whose contrast against their ground is below WCAG 2, AA: 4.5, or 3 for large type. Runs inside the page, so it uses
 * nothing from outside itself. Decorations and switched-off controls are exempt, as they are in the rule.
 */
export function findLowContrast(): string[] {
  type Rgb = [number, number, number]
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })

  const layersBelow = (element: Element): string[] => {
    const layers: string[] = []
    for (let at: Element | null = element; at !== null; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor)
    return layers
  }
  const paint = (layers: string[]): Rgb => {
    if (canvas === null) throw new Error('unable to measure; there is no canvas')
    canvas.fillStyle = matchMedia('(prefers-color-scheme: dark)').matches ? '#000' : '#fff'
    canvas.fillRect(0, 0, 1, 1)
    for (const layer of layers) {
      canvas.fillStyle = layer
      canvas.fillRect(0, 0, 1, 1)
    }
    const [r = 0, g = 0, b = 0] = canvas.getImageData(0, 0, 1, 1).data
    return [r, g, b]
  }
  const luminance = (rgb: Rgb): number => {
    const [r, g, b] = rgb.map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as Rgb
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const isExempt = (element: Element) =>
    element.closest('[aria-hidden=true], [aria-disabled=true], .visually-hidden, .skip-link, noscript, script, style') !== null
  const isVisible = (element: Element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = new Set<string>()
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement
    const text = texts.currentNode.textContent?.trim() ?? ''
    if (element === null || text === '' || isExempt(element) || !isVisible(element)) continue
    const style = getComputedStyle(element)
    const ground = layersBelow(element)
    const [light, dark] = [luminance(paint([...ground, style.color])), luminance(paint(ground))].sort((a, b) => b - a) as [number, number]
    const ratio = (light + 0.05) / (dark + 0.05)
    const size = Number.parseFloat(style.fontSize)
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
    if (ratio < (isLarge ? 3 : 4.5)) found.add(`${ratio.toFixed(2)} .${element.className}: ${text.slice(0, 40)}`)
  }
  return [...found]
}
