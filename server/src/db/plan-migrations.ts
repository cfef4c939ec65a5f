/** One numbered SQL file. */
export interface Migration {
  name: string
  text: string
  checksum: string
  /** False for a file marked `-- no-transaction`: it must hold one statement. */
  transactional: boolean
}

const namePattern = /^(\d{4})_[a-z0-9_]+\.sql$/

/**
 * Which files are still to be applied, in order. Throws when a file is misnamed, a number is used twice, an applied file has
 * changed, or a new file sorts before an applied one: histories of two databases must never differ. Applied files that this
 * version does not know are a newer version's and are left alone.
 */
export function planMigrations(files: readonly Migration[], applied: readonly Pick<Migration, 'name' | 'checksum'>[]): Migration[] {
  const numbers = new Map<string, string>()
  for (const { name } of files) {
    const number = namePattern.exec(name)?.[1]
    if (number === undefined) throw new Error(`unable to migrate; ${name} is not named like 0001_name.sql`)
    const twin = numbers.get(number)
    if (twin !== undefined) throw new Error(`unable to migrate; ${twin} and ${name} have the same number`)
    numbers.set(number, name)
  }
  const checksums = new Map(applied.map(({ name, checksum }) => [name, checksum]))
  const last = [...checksums.keys()].sort().at(-1) ?? ''
  return files.filter(({ name, checksum }) => {
    const known = checksums.get(name)
    if (known === undefined && name < last) throw new Error(`unable to migrate; ${name} is new but sorts before ${last}, which is applied`)
    if (known !== undefined && known !== checksum)
      throw new Error(`unable to migrate; ${name} was changed after it was applied. Add a new file instead`)
    return known === undefined
  })
}
