/** Is version `a` (`2.10.27`, `v2.10.27`) at least `b`? What follows a dash is not looked at. */
export function atLeast(a: string, b: string): boolean {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

const numbersOf = (version: string): number[] => version.replace(/^v/, '').split(/[.-]/).slice(0, 3).map(Number)
