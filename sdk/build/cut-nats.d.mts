import type { Plugin } from 'esbuild'

export const cutVersion: string
export const natsNotice: string
export function cutSource(source: string): string
export function cutNats(): Plugin
