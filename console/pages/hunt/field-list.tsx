import type { SearchRow } from '#serve/contract/search.ts'
import { topValues } from './query-text.ts'
import { type Pick, Value } from './value.tsx'

/** The fields of the rows on this page with their most frequent values. */
export function FieldList({ rows, onPick }: { rows: readonly SearchRow[]; onPick: Pick }) {
  return (
    <aside className="field-list" aria-label="Frequent values">
      <details open={window.matchMedia('(min-width: 60rem)').matches}>
        <summary>Frequent values in these {rows.length} rows</summary>
        {topValues(rows).map(({ field, name, values, distinct }) => (
          <section key={field} aria-label={name}>
            <h2>
              {name} {distinct > values.length && <span className="muted num">{distinct}</span>}
            </h2>
            <ul className="plain">
              {values.map(({ value, count }) => (
                <li key={value}>
                  <Value field={field} value={value} count={count} onPick={onPick} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </details>
    </aside>
  )
}
