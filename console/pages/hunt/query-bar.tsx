import { useState } from 'react'
import { fieldFromMicros, microsFromField, RANGES, type RangeSearch } from './range.ts'

/** The search text and the time; nothing is asked before Enter or the button. */
export function QueryBar(props: {
  text: string
  search: RangeSearch
  span: { from: number; to: number }
  onChange: (part: Record<string, string | undefined>) => void
}) {
  const { search, span, onChange } = props
  const [text, setText] = useState(props.text)
  const fixed = search.from !== undefined && search.to !== undefined
  const setSpan = (from: number | undefined, to: number | undefined) => {
    if (from !== undefined && to !== undefined && to > from)
      onChange({ from: String(from), to: String(to), range: undefined })
  }
  const chooseRange = (range: string) =>
    range === 'fixed'
      ? setSpan(Math.round(span.from), Math.round(span.to))
      : onChange({ range, from: undefined, to: undefined })
  return (
    <form
      className="query-bar"
      onSubmit={(event) => {
        event.preventDefault()
        onChange({ q: text.trim() || undefined })
      }}
    >
      <label className="grow">
        <span className="hidden">Search events</span>
        <input
          type="search"
          className="mono"
          data-search
          spellCheck={false}
          placeholder='user:alice -host:dc1 src_ip:10.0.0.* "words"'
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <label>
        <span className="hidden">Time</span>
        <select
          value={fixed ? 'fixed' : (search.range ?? '24h')}
          onChange={(event) => chooseRange(event.target.value)}
        >
          {Object.entries(RANGES).map(([range, { name }]) => (
            <option key={range} value={range}>
              Last {name}
            </option>
          ))}
          <option value="fixed">From … to …</option>
        </select>
      </label>
      <button type="submit" className="main">
        Search
      </button>
      {fixed && (
        <div className="fixed-span">
          <SpanField name="From" micros={span.from} onChange={(from) => setSpan(from, span.to)} />
          <SpanField name="To" micros={span.to} onChange={(to) => setSpan(span.from, to)} />
        </div>
      )}
    </form>
  )
}

function SpanField(props: {
  name: string
  micros: number
  onChange: (micros: number | undefined) => void
}) {
  const { name, micros, onChange } = props
  return (
    <label>
      {name} (UTC){' '}
      <input
        type="datetime-local"
        step="1"
        className="num"
        // A new span from elsewhere replaces what the field shows.
        key={micros}
        defaultValue={fieldFromMicros(micros)}
        onBlur={(event) => {
          if (event.target.value !== fieldFromMicros(micros))
            onChange(microsFromField(event.target.value))
        }}
      />
    </label>
  )
}
