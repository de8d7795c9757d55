import type { Incident } from '#serve/contract/incident.ts'
import { Moment } from '../../parts/marks.tsx'
import { spanText } from '../../words.ts'
import { summaryOf } from './summary-of.ts'

/** Who, when, what, where, side by side. */
export function Summary({ incident }: { incident: Incident }) {
  const { who, what, where } = summaryOf(incident)
  return (
    <dl className="four">
      <div>
        <dt>Who</dt>
        <dd>{who.main}</dd>
        {who.more && <dd className="muted">{who.more}</dd>}
      </div>
      <div>
        <dt>When</dt>
        <dd>
          <Moment at={incident.start} />
        </dd>
        <dd className="muted">for {spanText(incident.end - incident.start)}</dd>
      </div>
      <div>
        <dt>What</dt>
        <dd>{what.main}</dd>
        {what.more && <dd className="muted mono">{what.more}</dd>}
      </div>
      <div>
        <dt>Where</dt>
        <dd>{where.main}</dd>
        {where.more && <dd className="muted">{where.more}</dd>}
      </div>
    </dl>
  )
}
