export const visitorBudget: number
export function buildSdk(): Promise<{ visitor: number }>
