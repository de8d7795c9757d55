import { Link } from '@tanstack/react-router'
import type { CoverageCell, CoverageState, PlanReport } from '#serve/contract/plan.ts'
import { Scroll } from '../../parts/answers.tsx'
import { Age, StateMark } from '../../parts/marks.tsx'
import { sentenceCase } from '../../words.ts'

/** The four states, worst first, in words. */
const STATE_WORDS: Readonly<Record<CoverageState, string>> = {
  'no-data': 'No data',
  'no-rule': 'No rule',
  unproven: 'Unproven',
  proven: 'Proven',
}

const STATES: readonly CoverageState[] = ['no-data', 'no-rule', 'unproven', 'proven']

/** Threat by target: whether it would be seen, and what is missing. */
export function Coverage(props: {
  plan: PlanReport
  target: string | undefined
  state: string | undefined
}) {
  const { plan, target, state } = props
  const inTarget = plan.coverage.filter(
    (cell) => target === undefined || cell.targets.includes(target),
  )
  const cells = inTarget
    .filter((cell) => state === undefined || cell.state === state)
    .toSorted((left, right) => STATES.indexOf(left.state) - STATES.indexOf(right.state))
  return (
    <>
      <div className="switch">
        <Link
          to="/plan"
          search={{ target }}
          activeOptions={{ exact: true }}
          aria-current={state === undefined ? 'true' : undefined}
        >
          All <span className="num">{inTarget.length}</span>
        </Link>
        {STATES.map((one) => (
          <Link
            key={one}
            to="/plan"
            search={{ target, state: one }}
            activeOptions={{ exact: true }}
            aria-current={state === one ? 'true' : undefined}
          >
            {STATE_WORDS[one]}{' '}
            <span className="num">{inTarget.filter((cell) => cell.state === one).length}</span>
          </Link>
        ))}
      </div>
      <Scroll label="Coverage by threat and target">
        <table className="coverage">
          <thead>
            <tr>
              <th scope="col">Threat</th>
              <th scope="col">State</th>
              <th scope="col">Targets</th>
              <th scope="col" className="right">
                Rules
              </th>
              <th scope="col" className="right">
                Sources
              </th>
              <th scope="col">What to do</th>
            </tr>
          </thead>
          <tbody>
            {cells.map((cell) => (
              <CellRow key={`${cell.technique}${cell.targets.join()}`} cell={cell} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {cells.length === 0 && <p className="muted">No threat is in this state.</p>}
    </>
  )
}

function CellRow({ cell }: { cell: CoverageCell }) {
  return (
    <tr>
      <td>
        <strong>{cell.name}</strong>{' '}
        <span className="muted block">
          <span className="mono">{cell.technique}</span> {cell.tactics.map(sentenceCase).join(', ')}
        </span>
      </td>
      <td className="cell" data-tone={`state-${cell.state}`}>
        <StateMark state={cell.state} word={STATE_WORDS[cell.state]} />
        {cell.provenAt !== undefined && (
          <span className="block muted">
            <Age since={cell.provenAt} /> ago
          </span>
        )}
      </td>
      <td data-label="Targets">{cell.targets.join(', ')}</td>
      <td className="right" data-label="Rules">
        <Link to="/rules" search={{ text: cell.technique }} className="num">
          {cell.rules.length}
        </Link>
      </td>
      <td className="right num" data-label="Sources" title={cell.sources.join(', ')}>
        {cell.sources.length}
      </td>
      <td className="wide">{cell.text}</td>
    </tr>
  )
}
