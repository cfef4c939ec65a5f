/** Changes the pure modules in small ways, one at a time, and asks whether a test notices. */
const settings = {
  mutate: [
    'server/src/edge/{filter,parse-command,check-publish,check-subscribe,policy,rate-limit,whole-frames}.ts',
    'server/src/history/{decode-batch,saved-notices,thread-changes}.ts',
    'server/src/router/{decide-opening,pick-agent}.ts',
    'sdk/src/{gaps,outbox,send-queue,sender,timeline}.ts',
    'sdk/src/protocol/subjects.ts',
  ],
  testRunner: 'vitest',
  vitest: { configFile: 'server/mutation/vitest.config.ts' },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 5_000,
  // What neither a mutant nor its tests have changed since is not asked again.
  incremental: true,
  incrementalFile: '.usher/mutation-incremental.json',
  thresholds: { high: 90, low: 85, break: 85 },
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
  jsonReporter: { fileName: '.usher/mutation.json' },
  tempDirName: '.usher/mutation',
  // Downloaded programs and running stacks are no part of what is tested.
  ignorePatterns: ['.usher'],
  checkers: [],
}

export default settings
