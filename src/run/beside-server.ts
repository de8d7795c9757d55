import { systemClock } from '#base/clock.ts'
import { isObject } from '#base/json.ts'
import type { PlanReport } from '#shape/report.ts'
import type { StateStore } from '#store/index.ts'
import type { EventFacts } from './judge.ts'

/** Where a running server answers. */
export interface RunAddress {
  readonly url: string
}

type Ask = (path: string, token: string) => Promise<unknown>

const TOKEN_TTL_MS = 60_000

/** What a running server is asked; each call carries a token of its own that lives as long as the call. */
export interface ServerEyes {
  /** The server's own judgement of its own plan. */
  planReport(): Promise<PlanReport>
  readonly facts: EventFacts
}

/** Eyes on a running server, which has the store to itself. */
export function serverEyes(ask: Ask, state: StateStore): ServerEyes {
  const asked = (path: string) => withToken(state, (token) => ask(path, token))
  const total = async (text: string, from: number) => {
    const to = systemClock.micros()
    const query = new URLSearchParams({ text, from: String(from), to: String(to), limit: '0' })
    const found = await asked(`/api/search?${query}`)
    return isObject(found) && typeof found['total'] === 'number' ? found['total'] : 0
  }
  return {
    // Our own API, checked by its schema on the way out.
    planReport: async () => (await asked('/api/plan')) as PlanReport,
    facts: {
      async counts() {
        const answer = await asked('/api/sources')
        const items = isObject(answer) && Array.isArray(answer['items']) ? answer['items'] : []
        return items.filter(isObject).map(countOf)
      },
      async fieldPresence({ source, fields, from }) {
        const all = await total(`source:"${source}"`, from)
        const shares: Record<string, number> = {}
        for (const field of fields) {
          const present = await total(`source:"${source}" ${field}:*`, from)
          shares[field] = all === 0 ? 0 : present / all
        }
        return shares
      },
    },
  }
}

async function withToken<T>(state: StateStore, use: (token: string) => Promise<T>): Promise<T> {
  const made = await state.access.createToken({
    name: 'vedette beside the server',
    scopes: ['viewer'],
    createdBy: 'cli',
    ttlMs: TOKEN_TTL_MS,
  })
  try {
    return await use(made.secret)
  } finally {
    await state.access.revokeToken(made.token.id)
  }
}

function countOf(row: Record<string, unknown>) {
  return {
    source: String(row['id']),
    events: Number(row['events']),
    bytes: Number(row['bytes']),
    firstReceived: Number(row['lastReceived']),
    lastReceived: Number(row['lastReceived']),
    lastTime: Number(row['lastTime']),
    families: Array.isArray(row['families']) ? row['families'].map(String) : [],
  }
}
