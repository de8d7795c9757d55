import type { TimelineEntry } from '#serve/contract/incident.ts'

/** A part of the story: one step that matters, or lesser steps in a row. */
export type Chapter =
  | { readonly kind: 'step'; readonly entry: TimelineEntry }
  | { readonly kind: 'lesser'; readonly entries: readonly TimelineEntry[] }

const LESSER = new Set(['low', 'informational'])
/** Fewer lesser steps in a row are not worth a fold. */
const LEAST_FOLDED = 2

/** The story as it is read first: lesser steps that follow each other are one chapter, nothing is left out. */
export function chaptersOf(timeline: readonly TimelineEntry[]): Chapter[] {
  const chapters: Chapter[] = []
  let row: TimelineEntry[] = []
  const flush = () => {
    if (row.length >= LEAST_FOLDED) chapters.push({ kind: 'lesser', entries: row })
    else chapters.push(...row.map((entry) => ({ kind: 'step' as const, entry })))
    row = []
  }
  for (const entry of timeline) {
    if (LESSER.has(entry.level)) {
      row.push(entry)
      continue
    }
    flush()
    chapters.push({ kind: 'step', entry })
  }
  flush()
  return chapters
}

/** What a long story shows first: how it began and how it ended. Undefined when it is short enough to read whole. */
export function foldOf(chapters: readonly Chapter[]): { head: number; tail: number } | undefined {
  return chapters.length > MOST_SHOWN ? { head: 10, tail: 4 } : undefined
}

const MOST_SHOWN = 18

/** Why an entry is there, without its title said twice. */
export function reasonOf({ title, why }: TimelineEntry): string {
  if (!why.startsWith(`${title}: `)) return why
  const rest = why.slice(title.length + 2)
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}
