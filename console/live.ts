import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { LiveEvent } from '#serve/contract/status.ts'
import { later } from './clock.ts'

/** Where the event stream stands. */
export type LiveState = 'connecting' | 'live' | 'lost'

const RETRY_MS = 5_000

/** Follows the server's changes: what changed is read again. A lost stream reads everything again when it is back. */
export function useLive(signedIn: boolean): LiveState {
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')
  useEffect(() => {
    if (!signedIn) return
    const stop = follow(client, setState)
    return stop
  }, [client, signedIn])
  return state
}

function follow(client: QueryClient, tell: (state: LiveState) => void): () => void {
  let lost = false
  let cancel: () => void = () => undefined
  const open = () => {
    const source = new EventSource('/api/stream')
    cancel = () => source.close()
    source.onopen = () => {
      if (lost) void client.invalidateQueries()
      lost = false
      tell('live')
    }
    source.onerror = () => {
      lost = true
      tell('lost')
      if (source.readyState !== EventSource.CLOSED) return
      // The server refused: the session may have ended. The browser does not try again by itself.
      void client.invalidateQueries({ queryKey: ['me'] })
      cancel = later(RETRY_MS, open)
    }
    source.addEventListener('change', (event) => applyChanges(client, String(event.data)))
    source.addEventListener('resync', () => void client.invalidateQueries())
  }
  open()
  return () => cancel()
}

function applyChanges(client: QueryClient, data: string): void {
  // The stream sends only lists of this form.
  const changes = JSON.parse(data) as LiveEvent[]
  const kinds = new Set(changes.map((change) => change.kind))
  if (kinds.has('incident') || kinds.has('finding') || kinds.has('source')) kinds.add('plan')
  for (const kind of kinds) void client.invalidateQueries({ queryKey: [kind] })
}
