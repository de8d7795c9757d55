import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Incident, TimelineEntry } from '#serve/contract/incident.ts'
import { Empty } from '../../parts/answers.tsx'
import { LevelMark, Moment } from '../../parts/marks.tsx'
import { plural, sentenceCase, utcText } from '../../words.ts'
import { type Chapter, chaptersOf, foldOf, reasonOf } from './chapters.ts'

/** What happened, in the order in which it happened; lesser steps and the middle of a long story open on demand. */
export function Timeline({ incident }: { incident: Incident }) {
  const [whole, setWhole] = useState(false)
  if (incident.timeline.length === 0)
    return <Empty title="No line in the story yet. The findings below are all there is." />
  const chapters = chaptersOf(incident.timeline)
  const fold = whole ? undefined : foldOf(chapters)
  const show = (shown: readonly Chapter[], start: number) =>
    shown.map((chapter, at) => (
      <Part
        key={firstOf(chapter)?.findingId}
        id={incident.id}
        chapter={chapter}
        newDay={dayOf(firstOf(chapter)) !== dayOf(firstOf(chapters[start + at - 1]) ?? incident)}
      />
    ))
  if (fold === undefined) return <ol className="timeline">{show(chapters, 0)}</ol>
  const tailAt = chapters.length - fold.tail
  return (
    <ol className="timeline">
      {show(chapters.slice(0, fold.head), 0)}
      <li className="timeline-gap">
        <span />
        <button type="button" onClick={() => setWhole(true)}>
          Show the {stepsIn(chapters.slice(fold.head, tailAt))} steps between
        </button>
      </li>
      {show(chapters.slice(tailAt), tailAt)}
    </ol>
  )
}

function firstOf(chapter: Chapter | undefined): TimelineEntry | undefined {
  return chapter?.kind === 'lesser' ? chapter.entries[0] : chapter?.entry
}

function stepsIn(chapters: readonly Chapter[]): number {
  return chapters.reduce(
    (sum, chapter) => sum + (chapter.kind === 'lesser' ? chapter.entries.length : 1),
    0,
  )
}

function dayOf(at: TimelineEntry | Incident | undefined): string {
  if (at === undefined) return ''
  return utcText('start' in at ? at.start : at.time).slice(0, 10)
}

function Part(props: { id: string; chapter: Chapter; newDay: boolean }) {
  const { id, chapter, newDay } = props
  const first = firstOf(chapter)
  if (!first) return null
  return (
    <li data-tone={`level-${first.level}`}>
      <div className="timeline-time">
        {newDay && <span className="block">{dayOf(first)}</span>}
        <Moment at={first.time} part="clock" />
      </div>
      {chapter.kind === 'step' ? (
        <Step id={id} entry={chapter.entry} />
      ) : (
        <details className="timeline-body">
          <summary className="muted">
            {plural(chapter.entries.length, 'lesser step')}: {titlesOf(chapter.entries)}
          </summary>
          {chapter.entries.map((entry) => (
            <Step key={entry.findingId} id={id} entry={entry} clock />
          ))}
        </details>
      )}
    </li>
  )
}

function titlesOf(entries: readonly TimelineEntry[]): string {
  return [...new Set(entries.map((entry) => entry.title))].join('; ')
}

function Step({ id, entry, clock }: { id: string; entry: TimelineEntry; clock?: boolean }) {
  return (
    <div className="timeline-body">
      <p className="timeline-title">
        {clock && <Moment at={entry.time} part="clock" />}
        <Link to="/incidents/$id" params={{ id }} hash={entry.findingId}>
          {entry.title}
        </Link>
        {entry.count > 1 && <span className="count num">×{entry.count}</span>}
      </p>
      <p className="timeline-why">{reasonOf(entry)}</p>
      <p className="timeline-facts muted">
        <LevelMark level={entry.level} />
        {entry.tactic && <span>{sentenceCase(entry.tactic)}</span>}
        {entry.who && <span>{entry.who}</span>}
        {entry.what && <span className="mono">{entry.what}</span>}
        {entry.where && <span className="mono">{entry.where}</span>}
      </p>
    </div>
  )
}
