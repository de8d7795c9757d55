import { Link } from '@tanstack/react-router'
import type { SourceReport } from '#serve/contract/plan.ts'
import { Age, Sparkline, StateMark } from '../../parts/marks.tsx'
import { countText, percentText, shortCount, spanText } from '../../words.ts'
import { fieldTerm } from '../hunt/query-text.ts'
import { readShare } from './worst-first.ts'

/** One source: state and its reason, then what it sends and what comes of it. */
export function SourceRow({ row, chosen }: { row: SourceReport; chosen: boolean }) {
  const share = readShare(row)
  const highest = Math.max(0, ...row.perMinute)
  return (
    <tr data-chosen={chosen || undefined} id={`source-${row.id}`}>
      <td>
        <StateMark state={row.state} />
      </td>
      <td className="source-name">
        <Link to="/hunt" search={{ q: fieldTerm('source', row.id) }} data-row={row.id}>
          {row.id}
        </Link>
        <span className="muted">
          {' '}
          {row.family}
          {row.owner && `, ${row.owner}`}
        </span>
        {row.state !== 'healthy' && <span className="block">{row.text}</span>}
      </td>
      <td className="right" data-label="Last record">
        <Age since={row.lastReceived} />
      </td>
      <td data-label="Per minute">
        <span className="spark-cell">
          <Sparkline
            values={row.perMinute}
            label={`At most ${countText(highest)} records a minute in the last hour`}
          />
          <span className="muted num">{shortCount(highest)}</span>
        </span>
      </td>
      <td className="right num" data-label="Read">
        {share === undefined ? '–' : percentText(share)}
      </td>
      <td className="right num" data-label="Delay">
        {row.lastReceived === 0 ? '–' : spanText(row.lastReceived - row.lastTime)}
      </td>
      <td className="right num" data-label="Dead letters">
        {row.dead === 0 ? (
          '0'
        ) : (
          <Link to="/sources" search={{ id: row.id, dead: '1' }} hash="dead">
            {countText(row.dead)}
          </Link>
        )}
      </td>
      <td className="right" data-label="Rules">
        <Link to="/rules" search={{ text: row.family }} className="num">
          {row.rules}
        </Link>
      </td>
    </tr>
  )
}
