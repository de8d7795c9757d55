/** Resolves when somebody asks the process to end: '' for a signal, else the reason it was given. */
export interface StopSignal {
  readonly promise: Promise<string>
  now(reason: string): void
}

/** Listens for Ctrl-C and TERM. A second Ctrl-C ends at once; the journal makes that safe. */
export function untilStopped(): StopSignal {
  const { promise, resolve } = Promise.withResolvers<string>()
  let asked = false
  const ask = () => {
    if (asked) process.exit(130)
    asked = true
    resolve('')
  }
  process.on('SIGINT', ask)
  process.on('SIGTERM', ask)
  return { promise, now: resolve }
}
