import { Link } from '@tanstack/react-router'
import type { Incident } from '#serve/contract/incident.ts'
import { Age, LevelMark } from '../../parts/marks.tsx'
import { plural } from '../../words.ts'

/** One incident: colour bar and word, what happened, about whom, who holds it, how old it is. */
export function IncidentRow({ incident }: { incident: Incident }) {
  const about = incident.entities.slice(0, 4)
  const more = incident.entities.length - about.length
  return (
    <li>
      <Link
        to="/incidents/$id"
        params={{ id: incident.id }}
        className="row barred"
        data-tone={`level-${incident.level}`}
        data-row={incident.id}
      >
        <LevelMark level={incident.level} />
        <span className="row-text">
          <strong>{incident.title}</strong>
          <span className="muted clamp">{incident.story}</span>
          <span className="chips">
            {about.map((entity) => (
              <span key={`${entity.kind}:${entity.id}`} className="chip">
                <span className="muted">{entity.kind}</span> {entity.name}
              </span>
            ))}
            {more > 0 && <span className="chip muted">+{more}</span>}
          </span>
        </span>
        <span className="row-end">
          <Age since={incident.opened} />
          <span className="muted">
            {incident.status === 'closed'
              ? `closed: ${incident.closeReason ?? ''}`
              : incident.owner || 'nobody’s'}
          </span>
          <span className="muted num">{plural(incident.findingCount, 'finding')}</span>
        </span>
      </Link>
    </li>
  )
}
