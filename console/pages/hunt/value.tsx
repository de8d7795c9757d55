import { fieldTerm } from './query-text.ts'

/** What to do with a picked value. */
export type Pick = (term: string, wish: 'include' | 'exclude') => void

/** A value of an event: press it to look for it, press − to look past it. */
export function Value(props: { field: string; value: string; onPick: Pick; count?: number }) {
  const { field, value, onPick, count } = props
  if (value === '') return <span className="muted">–</span>
  const term = fieldTerm(field, value)
  return (
    <span className="value">
      <button
        type="button"
        className="value-in"
        title={`Only ${field} ${value}`}
        onClick={() => onPick(term, 'include')}
      >
        {value}
      </button>
      {count !== undefined && <span className="muted num">{count}</span>}
      <button
        type="button"
        className="value-out"
        aria-label={`Without ${field} ${value}`}
        title={`Without ${field} ${value}`}
        onClick={() => onPick(term, 'exclude')}
      >
        −
      </button>
    </span>
  )
}
