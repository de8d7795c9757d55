import { techniqueOf } from '#plan/index.ts'
import type { Entity } from '#shape/entity.ts'
import type { Finding } from '#shape/finding.ts'
import type { TimelineEntry } from '#shape/incident.ts'
import { levelRank, maxLevel } from '#shape/severity.ts'
import { crowdOf, toldEntities } from './crowd.ts'
import { plainText } from './words.ts'

/** Most lines of a timeline. */
const MAX_LINES = 200
const MAX_POSITIONS = 20

/** The line of one finding. */
export function lineOf(finding: Finding): TimelineEntry {
  const entities = toldEntities(finding)
  const isCrowd = crowdOf({ entities })
  const named = (kind: Entity['kind'], role: Entity['role']) => {
    const found = entities.find((entity) => entity.kind === kind && entity.role === role)
    // A line must stay the same line when one more name comes up.
    return found && isCrowd(found)
      ? `many ${kind === 'ip' ? 'addresses' : `${kind}s`}`
      : (found?.name ?? '')
  }
  const target = named('user', 'target')
  const who = [named('user', 'actor'), target === '' ? '' : `→ ${target}`]
  const place = named('ip', 'destination') || named('host', 'observer')
  const where = [named('ip', 'source'), place === '' ? '' : `→ ${place}`]
  const failed = finding.outcome === 'failure' ? '(failed)' : ''
  const tactic =
    finding.tactics[0] ?? finding.techniques.flatMap((id) => techniqueOf(id)?.tactics ?? [])[0]
  return {
    time: finding.start,
    findingId: finding.id,
    ruleId: finding.ruleId,
    title: plainText(finding.ruleTitle, 160),
    level: finding.level,
    tactic: tactic ?? '',
    technique: finding.techniques[0] ?? '',
    who: sentencePart(who),
    what: sentencePart([finding.action, finding.object, failed]),
    where: sentencePart(where),
    why: plainText(finding.why, 400),
    positions: finding.positions.slice(-MAX_POSITIONS),
    count: 1,
  }
}

const sentencePart = (parts: readonly string[]) =>
  plainText(parts.filter((p) => p !== '').join(' '), 160)

/** Lines of one rule, who and where become one with a count; oldest first, at most `MAX_LINES`. */
export function mergeLines(lines: readonly TimelineEntry[]): {
  lines: TimelineEntry[]
  /** Findings whose line found no room: those of the lowest level, newest first. */
  hidden: number
} {
  const byKey = new Map<string, TimelineEntry>()
  for (const line of lines) {
    const key = JSON.stringify([line.ruleId, line.who, line.where])
    const known = byKey.get(key)
    byKey.set(key, known ? mergeLine(known, line) : line)
  }
  const kept = [...byKey.values()].sort(
    (a, b) => levelRank(b.level) - levelRank(a.level) || inTime(a, b),
  )
  const left = kept.splice(MAX_LINES)
  return { lines: kept.sort(inTime), hidden: left.reduce((sum, line) => sum + line.count, 0) }
}

function inTime(a: TimelineEntry, b: TimelineEntry): number {
  return a.time - b.time || (a.findingId < b.findingId ? -1 : 1)
}

function mergeLine(left: TimelineEntry, right: TimelineEntry): TimelineEntry {
  const [first, later] = inTime(left, right) <= 0 ? [left, right] : [right, left]
  return {
    ...first,
    level: maxLevel(left.level, right.level),
    positions: [...new Set([...first.positions, ...later.positions])].slice(0, MAX_POSITIONS),
    count: left.count + right.count,
  }
}
