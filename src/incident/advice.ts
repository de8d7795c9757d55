import { mitigationsOf, techniqueOf } from '#plan/index.ts'
import type { Advice } from '#shape/incident.ts'

const MAX_ADVICE = 12
/** `Pre-compromise` and `Do Not Mitigate` are no advice. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(['M1055', 'M1056'])

/** Mitigations of these techniques, each once, those that answer most of them first. Source: MITRE ATT&CK 18.1. */
export function adviceFor(techniques: readonly string[]): Advice[] {
  const covered = new Map<string, { advice: Advice; count: number }>()
  for (const technique of techniques)
    for (const { id, name } of mitigationsOf(technique)) {
      if (EMPTY_WORDS.has(id)) continue
      const known = covered.get(id)
      if (known) known.count += 1
      else {
        const techniqueName = techniqueOf(technique)?.name ?? technique
        covered.set(id, {
          advice: { technique, techniqueName, mitigationId: id, mitigation: name },
          count: 1,
        })
      }
    }
  return [...covered.values()]
    .sort((a, b) => b.count - a.count || (a.advice.mitigationId < b.advice.mitigationId ? -1 : 1))
    .slice(0, MAX_ADVICE)
    .map(({ advice }) => advice)
}
