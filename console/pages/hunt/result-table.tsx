import { Fragment } from 'react'
import type { SearchResult, SearchRow } from '#serve/contract/search.ts'
import { Scroll } from '../../parts/answers.tsx'
import { Moment } from '../../parts/marks.tsx'
import { RawEvent } from '../../parts/raw-event.tsx'
import { countText } from '../../words.ts'
import { COLUMNS } from './query-text.ts'
import { type Pick, Value } from './value.tsx'

/** The newest matches; a row opens its fields and raw record below itself. */
export function ResultTable(props: {
  result: SearchResult
  opened: string | undefined
  onOpen: (id: string | undefined) => void
  onPick: Pick
  onMore: (() => void) | undefined
}) {
  const { result, opened, onOpen, onPick, onMore } = props
  return (
    <div className="results">
      <Scroll label="Events">
        <table>
          <thead>
            <tr>
              <th scope="col">Time (UTC)</th>
              <th scope="col">Message</th>
              {COLUMNS.map(({ field, name }) => (
                <th key={field} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {result.rows.map((row) => (
              <Fragment key={row.id}>
                <Row row={row} open={row.id === opened} onOpen={onOpen} onPick={onPick} />
                {row.id === opened && (
                  <tr className="detail-row">
                    <td colSpan={COLUMNS.length + 2}>
                      <RawEvent id={row.id} />
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
      </Scroll>
      {result.total > result.rows.length && (
        <p>
          The newest {countText(result.rows.length)} of {countText(result.total)}.{' '}
          {onMore && (
            <button type="button" onClick={onMore}>
              Show more
            </button>
          )}
        </p>
      )}
    </div>
  )
}

function Row(props: {
  row: SearchRow
  open: boolean
  onOpen: (id: string | undefined) => void
  onPick: Pick
}) {
  const { row, open, onOpen, onPick } = props
  return (
    <tr data-open={open || undefined}>
      <td>
        <button
          type="button"
          className="row-open"
          aria-expanded={open}
          data-row={row.id}
          onClick={() => onOpen(open ? undefined : row.id)}
        >
          <span aria-hidden="true">{open ? '▾' : '▸'}</span> <Moment at={row.time} />
        </button>
      </td>
      <td className="message" title={row.message}>
        {row.message}
      </td>
      {COLUMNS.map(({ field, value }) => (
        <td key={field}>
          <Value field={field} value={value(row)} onPick={onPick} />
        </td>
      ))}
    </tr>
  )
}
