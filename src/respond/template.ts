import { isObject } from '#base/json.ts'
import { incidentEntities, plainText } from '#incident/index.ts'
import type { EntityRole } from '#shape/entity.ts'
import type { Incident, IncidentEntity } from '#shape/incident.ts'

const MAX_VALUE_CHARS = 4_000

/** What placeholders speak of. */
export interface TemplateScope {
  readonly incident: Incident
  /** The entity that the step is for. */
  readonly entity?: IncidentEntity
  /** What the steps of the run act upon. */
  readonly acted: readonly IncidentEntity[]
}

const namesOf = (incident: Incident, kind: IncidentEntity['kind'], roles?: readonly EntityRole[]) =>
  listed(incidentEntities(incident, kind, roles).map((entity) => entity.name))

/** At most twenty names; says how many more there are. */
function listed(names: readonly string[]): string {
  const more = names.length > 20 ? [`and ${names.length - 20} more`] : []
  return [...names.slice(0, 20), ...more].join(', ')
}

const entityText = (kind: IncidentEntity['kind']) => (scope: TemplateScope) =>
  scope.entity?.kind === kind ? scope.entity.id : ''

/** Every placeholder and its text. */
const PLACEHOLDERS: Readonly<Record<string, (scope: TemplateScope) => string>> = {
  'entity.domain': entityText('domain'),
  'entity.host': entityText('host'),
  'entity.id': ({ entity }) => entity?.id ?? '',
  'entity.ip': entityText('ip'),
  'entity.kind': ({ entity }) => entity?.kind ?? '',
  'entity.name': ({ entity }) => entity?.name ?? '',
  'entity.user': entityText('user'),
  'incident.actors': ({ incident }) => namesOf(incident, 'user', ['actor']),
  'incident.advice': ({ incident }) => incident.advice.map((one) => one.mitigation).join(', '),
  'incident.hosts': ({ incident }) => namesOf(incident, 'host'),
  'incident.id': ({ incident }) => incident.id,
  'incident.ips': ({ incident }) => namesOf(incident, 'ip'),
  'incident.level': ({ incident }) => incident.level,
  'incident.levelWhy': ({ incident }) => incident.levelWhy,
  'incident.owner': ({ incident }) => incident.owner,
  'incident.story': ({ incident }) => incident.story,
  'incident.tactics': ({ incident }) => incident.tactics.join(', '),
  'incident.targets': ({ incident }) => incident.targets.join(', '),
  'incident.techniques': ({ incident }) => incident.techniques.join(', '),
  'incident.title': ({ incident }) => incident.title,
  'incident.users': ({ incident }) => namesOf(incident, 'user'),
  'incident.victims': ({ incident }) => namesOf(incident, 'user', ['target']),
  'run.entities': ({ acted }) => listed([...new Set(acted.map(({ id }) => id))]),
}

const PLACEHOLDER = /\{\{\s*([^{}]{1,100}?)\s*\}\}/g

/** Names that may stand between `{{` and `}}`. */
export const placeholderNames: readonly string[] = Object.keys(PLACEHOLDERS)

/** The placeholders in a text. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name)
}

/**
 * The text with its placeholders filled. What is filled in is data: it is made harmless, cut, and never
 * looked at again, so an incident that is called `{{incident.id}}` or `${env:TOKEN}` stays exactly that.
 */
export function renderText(
  text: string,
  scope: TemplateScope,
  harmless: (text: string) => string,
): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string) => {
    const fill = PLACEHOLDERS[name]
    return fill ? harmless(plainText(fill(scope), MAX_VALUE_CHARS)) : whole
  })
}

/** Calls `change` on every text inside a value and gives the value with the results; keys stay. */
export function mapTexts(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, change)]),
  )
}
