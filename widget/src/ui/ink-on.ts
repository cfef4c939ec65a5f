/** A `#rrggbb` colour setting as it is; anything else becomes the default indigo. */
export const safeColor = (color: string): string => (/^#[0-9a-f]{6}$/i.test(color) ? color : '#4f46e5')

/** Weight of red, green and blue in how bright a colour is (ITU-R BT.709). */
const weights = [0.2126, 0.7152, 0.0722]

/** White where it reaches a contrast of 4.5 (WCAG 2, AA; gamma taken as 2.2) on a `#rrggbb` colour, else near-black. */
export function inkOn(color: string): '#fff' | '#16161d' {
  const luminance = weights.reduce((sum, weight, i) => sum + weight * (Number.parseInt(color.substr(1 + 2 * i, 2), 16) / 255) ** 2.2, 0)
  return luminance < 1.05 / 4.5 - 0.05 ? '#fff' : '#16161d'
}
