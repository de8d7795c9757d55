import facts from './attack-18.1.data.json' with { type: 'json' }

/** What ATT&CK says of a technique. */
interface Technique {
  /** `T1110` or `T1110.003`. */
  readonly id: string
  readonly name: string
  /** Tactic short names, `credential-access`. */
  readonly tactics: readonly string[]
  /** Ids of mitigations, `M1032`. */
  readonly mitigations: readonly string[]
  /** Log sources that show it, in ATT&CK's words: `WinEventLog:Security`. */
  readonly logs: readonly string[]
}

/** Something that makes a technique harder. */
interface Mitigation {
  readonly id: string
  readonly name: string
}

/** The order in which an intrusion usually goes. Source: ATT&CK enterprise matrix. */
export const TACTIC_ORDER = [
  'reconnaissance',
  'resource-development',
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'defense-evasion',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
] as const

const words = (text: string) => (text === '' ? [] : text.split(' '))

const techniques: ReadonlyMap<string, Technique> = new Map(
  Object.entries(facts.techniques).map(([id, row]) => [id, readRow(id, row)]),
)
const mitigationNames = new Map(Object.entries(facts.mitigations))

function readRow(id: string, row: readonly string[]): Technique {
  const [name = '', tactics = '', mitigations = '', logs = ''] = row
  return {
    id,
    name,
    tactics: words(tactics),
    mitigations: words(mitigations),
    logs: words(logs).flatMap((index) => facts.logs[Number(index)] ?? []),
  }
}

/** The technique with this id, case ignored; undefined when ATT&CK 18.1 does not have it (any more). */
export function techniqueOf(id: string): Technique | undefined {
  return techniques.get(id.toUpperCase())
}

/** The mitigations of a technique; of its parent when the sub-technique has none; empty when ATT&CK names none. */
export function mitigationsOf(id: string): Mitigation[] {
  const own = techniqueOf(id)?.mitigations ?? []
  const ids = own.length > 0 ? own : (techniqueOf(parentOf(id))?.mitigations ?? [])
  return ids.map((mitigation) => ({
    id: mitigation,
    name: mitigationNames.get(mitigation) ?? mitigation,
  }))
}

/** `T1110` for `T1110.003`; the id itself when it is no sub-technique. */
export function parentOf(id: string): string {
  return id.toUpperCase().split('.')[0] ?? id
}

/** Sub-techniques of a technique, by id. */
export function subTechniquesOf(id: string): Technique[] {
  const prefix = `${id.toUpperCase()}.`
  return [...techniques.values()].filter((technique) => technique.id.startsWith(prefix))
}

/** The tactic's short name out of `Credential Access`, `credential_access` or `TA0006`-free spellings; undefined if unknown. */
export function tacticOf(text: string): string | undefined {
  const short = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-')
  return facts.tactics.find((tactic) => tactic === short)
}

/** The techniques of a tactic without sub-techniques; empty for an unknown tactic. */
export function techniquesOfTactic(tactic: string): Technique[] {
  return [...techniques.values()].filter(
    (technique) => !technique.id.includes('.') && technique.tactics.includes(tactic),
  )
}

/** Every technique id and tactic name, for suggestions. */
export function threatWords(): string[] {
  return [...techniques.keys(), ...facts.tactics]
}

/** Name for people of a tactic: `Credential Access`. */
export function tacticName(tactic: string): string {
  return tactic
    .split('-')
    .map((word) => (word === 'and' ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(' ')
}
