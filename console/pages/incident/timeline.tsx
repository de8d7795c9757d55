import { Link } from '@tanstack/react-router'
import type { Incident, TimelineEntry } from '#serve/contract/incident.ts'
import { Empty } from '../../parts/answers.tsx'
import { LevelMark, Moment } from '../../parts/marks.tsx'
import { sentenceCase, utcText } from '../../words.ts'

/** What happened, in the order in which it happened. */
export function Timeline({ incident }: { incident: Incident }) {
  if (incident.timeline.length === 0)
    return <Empty title="No line in the story yet. The findings below are all there is." />
  return (
    <ol className="timeline">
      {incident.timeline.map((entry, at) => (
        <Line
          key={entry.findingId}
          id={incident.id}
          entry={entry}
          newDay={dayOf(entry.time) !== dayOf(incident.timeline[at - 1]?.time ?? incident.start)}
        />
      ))}
    </ol>
  )
}

function dayOf(micros: number): string {
  return utcText(micros).slice(0, 10)
}

function Line(props: { id: string; entry: TimelineEntry; newDay: boolean }) {
  const { id, entry, newDay } = props
  return (
    <li data-tone={`level-${entry.level}`}>
      <div className="timeline-time">
        {newDay && <span className="block">{dayOf(entry.time)}</span>}
        <Moment at={entry.time} part="clock" />
      </div>
      <div className="timeline-body">
        <p className="timeline-title">
          <Link to="/incidents/$id" params={{ id }} hash={entry.findingId}>
            {entry.title}
          </Link>
          {entry.count > 1 && <span className="count num">×{entry.count}</span>}
        </p>
        <p>{entry.why}</p>
        <p className="timeline-facts muted">
          <LevelMark level={entry.level} />
          {entry.tactic && <span>{sentenceCase(entry.tactic)}</span>}
          {entry.who && <span>{entry.who}</span>}
          {entry.what && <span className="mono">{entry.what}</span>}
          {entry.where && <span className="mono">{entry.where}</span>}
        </p>
      </div>
    </li>
  )
}
