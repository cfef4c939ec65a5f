interface Mutant {
  status: string
}

/** Stryker's report: what became of each planted fault, by file. */
export type MutationReport = Readonly<Record<string, { mutants: readonly Mutant[] }>>

/** Noticed by a test: it failed, or it never ended. */
const noticed = ['Killed', 'Timeout']
const counted = [...noticed, 'Survived', 'NoCoverage']

/** Markdown of Stryker's report (`files` of its JSON): planted faults, those noticed, and their share, by file. */
export function scoreTable(files: MutationReport): string {
  const rows = Object.entries(files).map(([file, { mutants }]) => ({ file, ...scoreOf(mutants) }))
  const all = scoreOf(Object.values(files).flatMap(({ mutants }) => mutants))
  const line = ({ file, planted, killed, score }: { file: string } & Score) =>
    `| ${file} | ${planted} | ${killed} | ${score.toFixed(1)} % |`
  return ['| module | planted | noticed | score |', '|---|---|---|---|', ...rows.map(line), line({ file: '**all**', ...all }), ''].join(
    '\n',
  )
}

interface Score {
  planted: number
  killed: number
  /** Per cent. */
  score: number
}

function scoreOf(mutants: readonly Mutant[]): Score {
  const planted = mutants.filter(({ status }) => counted.includes(status)).length
  const killed = mutants.filter(({ status }) => noticed.includes(status)).length
  return { planted, killed, score: planted === 0 ? 100 : (100 * killed) / planted }
}
