import { Link } from '@tanstack/react-router'
import type { SourceReport } from '#serve/contract/plan.ts'
import { CopyLines, Part } from '../../parts/answers.tsx'
import { Age, StateMark } from '../../parts/marks.tsx'
import { countText } from '../../words.ts'
import { fieldTerm } from '../hunt/query-text.ts'
import { planLinesOf } from './connect-lines.ts'

/** Senders that the plan does not know: either plan them or stop them. */
export function Unplanned({ rows }: { rows: readonly SourceReport[] }) {
  return (
    <Part title="Sends without being planned" count={rows.length}>
      <ul className="rows">
        {rows.map((row) => (
          <li key={row.id} className="unplanned">
            <div className="row">
              <StateMark state="unplanned" />
              <span className="row-text">
                <strong>
                  <Link to="/hunt" search={{ q: fieldTerm('source', row.id) }}>
                    {row.id}
                  </Link>
                </strong>
                <span className="muted">
                  {row.text} {countText(row.received)} records so far.
                </span>
              </span>
              <Age since={row.lastReceived} />
            </div>
            <details>
              <summary>Put it into the plan</summary>
              <CopyLines text={planLinesOf(row)} label={`plan lines for ${row.id}`} />
            </details>
          </li>
        ))}
      </ul>
    </Part>
  )
}
