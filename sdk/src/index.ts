export * from './agent.ts'
export * from './visitor.ts'
