import { useEffect, useRef, useState } from 'react'
import { useSettled } from '../../clock.ts'
import { sentenceCase } from '../../words.ts'

/** The filters as the address holds them. */
export interface FilterSearch {
  readonly status?: string | undefined
  readonly level?: string | undefined
  readonly target?: string | undefined
  readonly text?: string | undefined
}

const STATUSES = ['open', 'closed', 'all'] as const
const LEVELS = ['low', 'medium', 'high', 'critical'] as const

/** Status, level and words; kept in the address, so that a list can be sent to somebody. */
export function Filters(props: {
  search: FilterSearch
  onChange: (change: Record<string, string | undefined>) => void
}) {
  const { search, onChange } = props
  const [text, setText] = useState(search.text ?? '')
  const settled = useSettled(text, 250)
  const latest = useRef({ search, onChange })
  latest.current = { search, onChange }
  useEffect(() => {
    // Only what was typed may move the address, not the other way round.
    const now = latest.current
    if (settled !== (now.search.text ?? '')) now.onChange({ text: settled || undefined })
  }, [settled])
  return (
    <form className="filters" onSubmit={(event) => event.preventDefault()}>
      <fieldset className="switch">
        <legend className="hidden">Status</legend>
        {STATUSES.map((status) => (
          <button
            key={status}
            type="button"
            aria-pressed={(search.status ?? 'open') === status}
            onClick={() => onChange({ status: status === 'open' ? undefined : status })}
          >
            {sentenceCase(status)}
          </button>
        ))}
      </fieldset>
      <label>
        <span className="hidden">Level</span>
        <select
          value={search.level ?? ''}
          onChange={(event) => onChange({ level: event.target.value || undefined })}
        >
          <option value="">Every level</option>
          {LEVELS.map((level) => (
            <option key={level} value={level}>
              {level === 'critical' ? 'critical' : `${level} and up`}
            </option>
          ))}
        </select>
      </label>
      <label className="grow">
        <span className="hidden">Words</span>
        <input
          type="search"
          data-search
          placeholder="User, address, words …"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {search.target && (
        <button type="button" onClick={() => onChange({ target: undefined })}>
          Target {search.target} ✕<span className="hidden"> remove this filter</span>
        </button>
      )}
    </form>
  )
}
