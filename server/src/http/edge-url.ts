/** Where the edge listens, on the same host and port as HTTP. */
export const edgePath = '/nats'

/** The WebSocket address of the edge behind `url` (http or https). */
export const edgeUrl = (url: string): string => `${url.replace(/^http/, 'ws')}${edgePath}`
