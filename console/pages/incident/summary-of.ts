import type { Incident } from '#serve/contract/incident.ts'
import { sentenceCase } from '../../words.ts'

/** An answer to one of the four questions: the main words, and what else belongs to it. */
export interface Answer {
  readonly main: string
  readonly more: string
}

const MOST_WORDS = 3

/** Entities with those that most findings name first. */
export function mostNamed(entities: Incident['entities']): Incident['entities'] {
  return entities.toSorted((left, right) => right.findings - left.findings)
}

/** Who did it, what they did, where from and where to: the incident in four words of each. */
export function summaryOf(given: Incident): Record<'who' | 'what' | 'where', Answer> {
  const incident = { ...given, entities: mostNamed(given.entities) }
  return { who: whoOf(incident), what: whatOf(incident), where: whereOf(incident) }
}

function whoOf(incident: Incident): Answer {
  const users = incident.entities.filter((entity) => entity.kind === 'user')
  const actors = users.filter((user) => user.role === 'actor')
  const targets = users.filter((user) => user.role !== 'actor')
  const main = names(actors.length > 0 ? actors : users)
  return {
    main: main || 'Not known',
    more: actors.length > 0 && targets.length > 0 ? `acted upon ${names(targets)}` : '',
  }
}

function whatOf(incident: Incident): Answer {
  const tactics = [...new Set(incident.tactics)].map(sentenceCase)
  const last = incident.timeline.at(-1)
  return {
    main: tactics.length > 0 ? few(tactics, ' → ') : (last?.title ?? incident.title),
    more: few([...new Set(incident.techniques)], ', '),
  }
}

function whereOf(incident: Incident): Answer {
  const sources = incident.entities.filter(
    (entity) => entity.kind === 'ip' && entity.role === 'source',
  )
  const places = incident.entities.filter(
    (entity) => entity.kind !== 'user' && !sources.includes(entity),
  )
  const from = names(sources)
  const to = names(places)
  if (from === '') return { main: to || 'Not known', more: '' }
  return { main: `from ${from}`, more: to === '' ? '' : `on ${to}` }
}

function names(entities: Incident['entities']): string {
  return few(
    entities.map((entity) => entity.name),
    ', ',
  )
}

function few(words: readonly string[], between: string): string {
  const more = words.length - MOST_WORDS
  const shown = words.slice(0, MOST_WORDS).join(between)
  return more > 0 ? `${shown} and ${more} more` : shown
}
