import type { SourceRoute } from '#shape/route.ts'
import { matchesGlob } from './glob.ts'
import type { Plan } from './schema.ts'

/** How records find the sources of the plan, in plan order. */
export function planRoutes(plan: Plan): SourceRoute[] {
  return plan.sources.map(({ id, family, match }) => ({
    id,
    ...(family === undefined ? {} : { family }),
    ...(match.feed === undefined ? {} : { feed: match.feed }),
    ...(match.host === undefined ? {} : { host: match.host }),
    ...(match.app === undefined ? {} : { app: match.app }),
  }))
}

/** Per source id the fields whose presence the plan wants measured: its own, and those of obligations on its family. */
export function wantedFields(plan: Plan): Record<string, string[]> {
  const wanted: Record<string, string[]> = {}
  for (const source of plan.sources) {
    const { family } = source
    const owed = plan.obligations.filter(
      ({ needs }) =>
        needs.families.length === 0 ||
        family === undefined ||
        needs.families.some((glob) => matchesGlob(glob, family)),
    )
    const fields = new Set([...source.fields, ...owed.flatMap(({ needs }) => needs.fields)])
    wanted[source.id] = [...fields]
  }
  return wanted
}
