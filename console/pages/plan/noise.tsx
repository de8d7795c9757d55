import { Link } from '@tanstack/react-router'
import type { PlanReport } from '#serve/contract/plan.ts'
import { Empty, Scroll } from '../../parts/answers.tsx'
import { ShareBar, StateMark } from '../../parts/marks.tsx'
import { bytesText, countText, percentText } from '../../words.ts'
import { fieldTerm } from '../hunt/query-text.ts'

/** What each source costs and what it gave; and the budget of attention. */
export function Noise({ plan }: { plan: PlanReport }) {
  const { budget } = plan
  if (plan.noise.length === 0)
    return (
      <Empty title="Nothing to weigh yet.">
        <p>As soon as records arrive, each source shows its share of volume and what it gave.</p>
      </Empty>
    )
  return (
    <>
      <p>
        <strong className="num">{countText(budget.alertsLastDay)}</strong> of{' '}
        <span className="num">{countText(budget.alertsPerDay)}</span> alerts that a day may have.{' '}
        {budget.over && <strong>Over the budget.</strong>}
      </p>
      <Scroll label="Volume and outcome by source">
        <table>
          <thead>
            <tr>
              <th scope="col">Source</th>
              <th scope="col">Verdict</th>
              <th scope="col">Share of events</th>
              <th scope="col" className="right">
                Size
              </th>
              <th scope="col" className="right">
                Alerts
              </th>
              <th scope="col" className="right">
                True / false
              </th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {plan.noise.map((row) => (
              <tr key={row.source}>
                <td>
                  <Link to="/hunt" search={{ q: fieldTerm('source', row.source) }}>
                    {row.source}
                  </Link>
                </td>
                <td>
                  <StateMark state={row.verdict} />
                </td>
                <td>
                  <ShareBar share={row.eventShare} text={percentText(row.eventShare)} />
                </td>
                <td className="right num">{bytesText(row.bytes)}</td>
                <td className="right num">{row.alerts}</td>
                <td className="right num">
                  {row.closedTrue} / {row.closedFalse}
                </td>
                <td className="wide">{row.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  )
}
