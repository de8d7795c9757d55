import { addressRange, type PlanTarget, TACTIC_ORDER, techniqueOf } from '#plan/index.ts'
import type { Incident, IncidentEntity, TimelineEntry } from '#shape/incident.ts'
import { levelRank } from '#shape/severity.ts'
import { incidentEntities } from './entities.ts'
import { dayText, joinWords, momentText, plainText, timeText } from './words.ts'

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

const MAX_TITLE = 88
const MAX_STORY = 299
const MAX_NAME = 40
/** Stages that the story names. */
const MAX_STAGES = 4

/** A short name for the list: who, from which stage to which, at what. */
export function titleOf(incident: Told, targets: readonly PlanTarget[]): string {
  const who = leadName(incident)
  const deed = deedOf(incident)
  const place = placeInShort(incident, targets)
  const lead = who === '' ? deed : `${who}: ${deed}`
  const whole = place === '' ? lead : `${lead}, at ${place}`
  return plainText(whole.length <= MAX_TITLE ? whole : lead, MAX_TITLE)
}

/** One sentence: who did what, from where, to whom, at which targets, when. */
export function storyOf(incident: Told, targets: readonly PlanTarget[]): string {
  const whole = sentenceOf(incident, targets, 3)
  if (whole.length <= MAX_STORY) return whole
  return plainText(sentenceOf(incident, targets, 1), MAX_STORY)
}

function sentenceOf(incident: Told, targets: readonly PlanTarget[], max: number): string {
  const from = originNames(incident)
  const names = actorNames(incident)
  const who = names.length > 0 ? someOf(names, max) : 'Somebody'
  const origin = from.length === 0 ? '' : ` (from ${someOf(from, Math.min(2, max))})`
  const place = placeInFull(incident, targets, max)
  const at = place === '' ? '' : `, touching ${place}`
  return `${who}${origin} ${doneBy(incident)}${victimWords(incident)}${at}, ${timeWords(incident)}.`
}

/** `a, b and 2 more`. */
const someOf = (names: readonly string[], max: number) => joinWords(names, Math.max(2, max))

/** What happened, for the title: the one rule that fired, else the first stage in time and the furthest one. */
function deedOf(incident: Told): string {
  const [first] = incident.timeline
  const rules = new Set(incident.timeline.map((line) => line.ruleId))
  if (!first) return 'findings'
  if (rules.size < 2) return first.title
  const begin = incident.timeline.find((line) => line.tactic !== '')
  if (!begin) return `${first.title} and ${rules.size - 1} more`
  const furthest = incident.tactics.at(-1) ?? begin.tactic
  if (stageOrder(furthest) > stageOrder(begin.tactic))
    return `from ${stageWords(begin)} to ${tacticWords(furthest)}`
  const others = incident.tactics.filter((tactic) => tactic !== begin.tactic).length
  const more =
    others === 0
      ? `${rules.size} kinds of findings`
      : `${others} more ${others === 1 ? 'stage' : 'stages'}`
  return others === 0 ? `${stageWords(begin)}, ${more}` : `${stageWords(begin)} and ${more}`
}

function stageOrder(tactic: string): number {
  const order: readonly string[] = TACTIC_ORDER
  const index = order.indexOf(tactic)
  return index === -1 ? order.length : index
}

/** The technique when its name says what somebody does (`password spraying`), else the tactic. */
function stageWords({ technique, tactic }: TimelineEntry): string {
  const name = techniqueOf(technique ?? '')?.name ?? ''
  if (!/ing\b/.test(name)) return tacticWords(tactic)
  return name.replaceAll(/\b[A-Z][a-z]+\b/g, (word) => word.toLowerCase())
}

const tacticWords = (tactic: string) => tactic.replaceAll('-', ' ')

/** At most four stages in the order in which they began: the first, the furthest, and the gravest between. */
function doneBy(incident: Told): string {
  const lines = incident.timeline
  const [first] = lines
  if (new Set(lines.map((line) => line.ruleId)).size < 2 && first) {
    const count = incident.findingCount
    return `set off “${first.title}” ${count === 1 ? 'once' : `${count} times`}`
  }
  const stages = stagesInTime(lines)
  const named = stages.slice(0, 1).map(({ tactic }) => tactic)
  const furthest = incident.tactics.findLast((tactic) =>
    stages.some((one) => one.tactic === tactic),
  )
  if (furthest !== undefined) named.push(furthest)
  for (const { tactic } of stages.toSorted((a, b) => b.rank - a.rank))
    if (new Set(named).size < MAX_STAGES) named.push(tactic)
  const told = stages.filter(({ tactic }) => named.includes(tactic))
  const deeds = told.flatMap(({ tactic }) => DEEDS[tactic] ?? [])
  if (deeds.length === 0) return `set off ${lines.length} kinds of findings`
  const words = joinWords(deeds, MAX_STAGES)
  return told.length < stages.length ? `${words}, among other things` : words
}

/** Tactics in the order of their first line, each with its strongest level. */
function stagesInTime(lines: readonly TimelineEntry[]): { tactic: string; rank: number }[] {
  const ranks = new Map<string, number>()
  for (const { tactic, level } of lines)
    if (DEEDS[tactic] !== undefined)
      ranks.set(tactic, Math.max(levelRank(level), ranks.get(tactic) ?? 0))
  return [...ranks].map(([tactic, rank]) => ({ tactic, rank }))
}

function timeWords({ start, end }: Told): string {
  if (end - start < 60_000_000) return `at ${momentText(start)}`
  if (dayText(start) !== dayText(end)) return `from ${momentText(start)} to ${momentText(end)}`
  return `on ${dayText(start)} from ${timeText(start)} to ${timeText(end)} UTC`
}

/** Accounts that acted, those that most findings name first. */
function actorNames(incident: Told): string[] {
  return namesOf(standingOut(incidentEntities(incident, 'user', ['actor'])))
}

/** Without those that came up in passing: a tenth of the findings of the first. */
function standingOut(entities: readonly IncidentEntity[]): readonly IncidentEntity[] {
  const most = entities[0]?.findings ?? 0
  return entities.filter(({ findings }) => findings * 10 >= most)
}

/** Names for people: canonical, as one account has many spellings; a bare SID says nothing beside names. */
function namesOf(users: readonly IncidentEntity[]): string[] {
  const named = users.filter(({ id }) => !/^s-1-\d/.test(id))
  return (named.length > 0 ? named : users).map(({ id }) => plainText(id, MAX_NAME))
}

function victimWords(incident: Told): string {
  const names = namesOf(incidentEntities(incident, 'user', ['target']))
  if (names.length === 0) return ''
  return names.length > 2
    ? `, acting on ${names.length} other accounts`
    : `, acting on ${joinWords(names)}`
}

/** Who the title is about: an account, else an address, else a machine. */
function leadName(incident: Told): string {
  const [account] = actorNames(incident)
  const [address] = originNames(incident)
  const [host] = incidentEntities(incident, 'host')
  return account ?? address ?? (host ? plainText(host.name, MAX_NAME) : '')
}

/** Addresses they came from; our own machines only when nobody came from outside, and signals only when no alert did. */
function originNames(incident: Told): string[] {
  const from = incidentEntities(incident, 'ip', ['source', 'actor'])
  const alerted = from.filter(({ alerts = 0 }) => alerts > 0)
  const some = alerted.length > 0 ? alerted : from
  const outside = some.filter(
    ({ id }) => addressRange(id) === 'unicast' || addressRange(id) === 'reserved',
  )
  return standingOut(outside.length > 0 ? outside : some).map(({ name }) => plainText(name, 45))
}

const nameOf = ({ id, name }: PlanTarget) => plainText(name === '' ? id : name, MAX_NAME)

/** `Payroll`, `5 critical targets`, `3 targets`. */
function placeInShort(incident: Told, targets: readonly PlanTarget[]): string {
  const [top] = targets
  if (!top) return placeInFull(incident, targets, 1)
  if (targets.length === 1) return nameOf(top)
  const alike = targets.every(({ criticality }) => criticality === top.criticality)
  return `${targets.length}${alike ? ` ${top.criticality}` : ''} targets`
}

function placeInFull(incident: Told, targets: readonly PlanTarget[], max: number): string {
  if (targets.length > 0) return someOf(targets.map(nameOf), max)
  const hosts = incidentEntities(incident, 'host').map(({ name }) => plainText(name, MAX_NAME))
  return someOf(hosts, max)
}
