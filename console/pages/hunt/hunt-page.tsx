import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { nowMicros } from '../../clock.ts'
import { Empty, Trouble, Waiting } from '../../parts/answers.tsx'
import { Histogram } from '../../parts/histogram.tsx'
import { searchQuery } from '../../queries.ts'
import { countText } from '../../words.ts'
import { FieldList } from './field-list.tsx'
import { QueryBar } from './query-bar.tsx'
import { withTerm } from './query-text.ts'
import { spanOf } from './range.ts'
import { ResultTable } from './result-table.tsx'

const route = getRouteApi('/hunt')
const BARS = 60
const STEP = 100

/** One query bar, time, histogram, table; every value leads to the next question. The address holds it all. */
export function HuntPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [asked, setAsked] = useState(nowMicros)
  const [limit, setLimit] = useState(STEP)
  const span = useMemo(() => spanOf(search, asked), [search, asked])
  const text = search.q ?? ''
  const { data, error, isFetching } = useQuery(
    searchQuery({ text, from: Math.round(span.from), to: Math.round(span.to), limit, bars: BARS }),
  )
  const change = (part: Record<string, string | undefined>) => {
    setAsked(nowMicros())
    setLimit(STEP)
    void navigate({ search: (before) => ({ ...before, event: undefined, ...part }) })
  }
  const pick = (term: string, wish: 'include' | 'exclude') =>
    change({ q: withTerm(text, term, wish) })
  return (
    <>
      <h1>Hunt</h1>
      <QueryBar key={text} text={text} search={search} span={span} onChange={change} />
      {error ? (
        <Trouble error={error} />
      ) : (
        <p className="found" aria-live="polite" data-busy={isFetching || undefined}>
          {data ? (
            <>
              <strong className="num">{countText(data.total)}</strong> events{' '}
              <span className="muted">
                where {data.understood}, in <span className="num">{data.tookMs} ms</span>
              </span>
            </>
          ) : (
            'Searching …'
          )}
        </p>
      )}
      {data ? (
        <Histogram
          bars={data.histogram}
          to={span.to}
          total={data.total}
          onPick={(from, to) => change({ from: String(from), to: String(to), range: undefined })}
        />
      ) : (
        <div className="histogram" />
      )}
      <div className="hunt-columns">
        {data && data.rows.length > 0 && <FieldList rows={data.rows} onPick={pick} />}
        {!data && !error && <Waiting label="the events" lines={12} />}
        {data && data.rows.length === 0 && (
          <Empty title="No event matches.">
            <p>
              Try a longer time, fewer terms, or a wildcard: <code>user:ali*</code>. An empty search
              shows everything in the time.
            </p>
          </Empty>
        )}
        {data && data.rows.length > 0 && (
          <ResultTable
            result={data}
            opened={search.event}
            onOpen={(event) =>
              void navigate({ search: (before) => ({ ...before, event }), replace: true })
            }
            onPick={pick}
            onMore={limit < 1000 ? () => setLimit(Math.min(1000, limit + 200)) : undefined}
          />
        )}
      </div>
    </>
  )
}
