/** The oldest nats-server Usher runs on: older ones crash on a malformed token and lose streams when killed. */
export const oldestNatsServer = '2.10.27'
