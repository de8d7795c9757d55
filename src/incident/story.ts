import {
  addressRange,
  type PlanTarget,
  shortDuration,
  TACTIC_ORDER,
  tacticName,
} from '#plan/index.ts'
import type { Incident } from '#shape/incident.ts'
import { incidentEntities } from './entities.ts'
import { joinWords, momentText, plainText } from './words.ts'

/** What somebody did, in the words of a person. */
const DEEDS: Readonly<Record<string, string>> = {
  collection: 'gathered data',
  'command-and-control': 'called home',
  'credential-access': 'went for passwords and keys',
  'defense-evasion': 'covered tracks',
  discovery: 'looked around',
  execution: 'ran code',
  exfiltration: 'took data out',
  impact: 'did damage',
  'initial-access': 'got in',
  'lateral-movement': 'moved on to other machines',
  persistence: 'left a way back in',
  'privilege-escalation': 'gained more rights',
  reconnaissance: 'scouted',
  'resource-development': 'prepared the ground',
}

/** Tactics in the order of an intrusion, unknown ones last. */
export function inTacticOrder(tactics: Iterable<string>): string[] {
  const order: readonly string[] = TACTIC_ORDER
  const place = (tactic: string) => {
    const index = order.indexOf(tactic)
    return index === -1 ? order.length : index
  }
  return [...new Set(tactics)].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
}

type Told = Pick<Incident, 'entities' | 'timeline' | 'tactics' | 'start' | 'end' | 'findingCount'>

/** A short name for the list. */
export function titleOf(incident: Told, targets: readonly PlanTarget[]): string {
  const who = actorWords(incident, 1)
  const at = placeWords(incident, targets, 1)
  const rules = new Set(incident.timeline.map((line) => line.ruleId))
  const first = incident.timeline[0]?.title ?? 'Findings'
  const [from, to] = [incident.tactics[0], incident.tactics.at(-1)]
  if (rules.size < 2 || from === undefined || to === undefined) {
    const more = rules.size > 1 ? ` and ${rules.size - 1} more` : ''
    return `${first}${more}${who === '' ? '' : ` · ${who}`}`
  }
  const span = from === to ? tacticName(from) : `${tacticName(from)} to ${tacticName(to)}`
  return `${span}${who === '' ? '' : ` by ${who}`}${at === '' ? '' : ` at ${at}`}`
}

/** One sentence: who did what, from where, to which target, in how many steps, when. */
export function storyOf(incident: Told, targets: readonly PlanTarget[]): string {
  const steps = incident.timeline.length
  const first = incident.timeline[0]
  const last = incident.timeline.at(-1)
  const from = originNames(incident)
  const who = actorWords(incident, 2) || 'Somebody'
  const origin = from.length === 0 ? '' : ` (from ${joinWords(from, 3)})`
  const deeds = incident.tactics.flatMap((tactic) => DEEDS[tactic] ?? [])
  const did = deeds.length === 0 ? `set off “${first?.title ?? ''}”` : joinWords(deeds, 8)
  const at = placeWords(incident, targets, 3)
  const touching = at === '' ? '' : `, touching ${at}`
  const counts =
    steps === 1
      ? `${incident.findingCount === 1 ? 'once' : `${incident.findingCount} times`}`
      : `in ${steps} steps`
  const began = steps > 1 && first ? `, beginning with “${first.title}”` : ''
  const ended = steps > 1 && last && last.title !== first?.title ? ` and last “${last.title}”` : ''
  return `${who}${origin} ${did}${touching}: ${counts}, ${timeWords(incident)}${began}${ended}.`
}

function timeWords({ start, end }: Told): string {
  if (end - start < 60_000_000) return `at ${momentText(start)}`
  return `over ${shortDuration((end - start) / 1_000)}, from ${momentText(start)} to ${momentText(end)}`
}

/** Who stands out: of many names only those that come up again; without names the first address. */
function actorWords(incident: Told, max: number): string {
  const actors = incidentEntities(incident, 'user', ['actor'])
  const users = actors.length > 0 ? actors : incidentEntities(incident, 'user')
  const again = users.filter(
    ({ findings }) => findings > 1 && findings * 10 >= (users[0]?.findings ?? 0),
  )
  const shown = users.length > 3 && again.length > 0 ? again : users
  const names = shown.map(({ name }) => plainText(name, 60))
  if (names.length > 0) return joinWords(max === 1 ? names.slice(0, 1) : names, 3)
  return max === 1 ? joinWords(originNames(incident).slice(0, 1)) : ''
}

/** Addresses they came from; our own machines only when nobody came from outside. */
function originNames(incident: Told): string[] {
  const from = incidentEntities(incident, 'ip', ['source', 'actor'])
  const outside = from.filter(
    ({ id }) => addressRange(id) === 'unicast' || addressRange(id) === 'reserved',
  )
  return (outside.length > 0 ? outside : from).map(({ name }) => plainText(name, 45))
}

function placeWords(incident: Told, targets: readonly PlanTarget[], max: number): string {
  if (targets.length > 0) {
    const names = targets.map(({ id, name }) => plainText(name === '' ? id : name, 60))
    return joinWords(max === 1 ? names.slice(0, 1) : names, max)
  }
  const hosts = incidentEntities(incident, 'host').map(({ name }) => plainText(name, 60))
  return joinWords(max === 1 ? hosts.slice(0, 1) : hosts, max)
}
