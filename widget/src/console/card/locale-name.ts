/** "de-AT" → "Austrian German"; what is no locale stays as it is. */
export function localeName(locale: string): string {
  try {
    return new Intl.DisplayNames(undefined, { type: 'language' }).of(locale) ?? locale
  } catch {
    return locale
  }
}
