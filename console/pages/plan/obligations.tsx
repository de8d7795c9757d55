import type { PlanReport } from '#serve/contract/plan.ts'
import { Scroll } from '../../parts/answers.tsx'
import { StateMark } from '../../parts/marks.tsx'

/** Clauses of standards with what the live data say; unknown is never met. */
export function Obligations({ plan }: { plan: PlanReport }) {
  return (
    <Scroll label="Clauses and evidence">
      <table>
        <thead>
          <tr>
            <th scope="col">Clause</th>
            <th scope="col">State</th>
            <th scope="col">Asks</th>
            <th scope="col">Evidence</th>
          </tr>
        </thead>
        <tbody>
          {plan.obligations.map((obligation) => (
            <tr key={obligation.id}>
              <td>
                <strong className="num">{obligation.clause}</strong>
                <span className="muted block">{obligation.standard}</span>
              </td>
              <td>
                <StateMark state={obligation.state} />
              </td>
              <td className="wide">{obligation.text}</td>
              <td className="wide">{obligation.evidence}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
