import type { LiveEvent } from '#serve/contract/status.ts'

/** Tells those who look that something changed. */
export interface Live {
  tell(event: LiveEvent): void
  subscribe(listener: (event: LiveEvent) => void): () => void
}

/** Makes a board without listeners. */
export function createLive(): Live {
  const listeners = new Set<(event: LiveEvent) => void>()
  return {
    tell(event) {
      for (const listener of listeners) listener(event)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
