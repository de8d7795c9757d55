import type { CloseReason } from '#serve/contract/incident.ts'

/** The four ways in which an incident ends, in words. */
export const REASONS: readonly {
  readonly value: CloseReason
  readonly name: string
  readonly text: string
}[] = [
  { value: 'true', name: 'True', text: 'It happened and it was bad.' },
  { value: 'benign', name: 'Benign', text: 'It happened and it was allowed.' },
  { value: 'false', name: 'False', text: 'It did not happen; the rule was wrong.' },
  { value: 'duplicate', name: 'Duplicate', text: 'Another incident tells it already.' },
]
