import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Empty, Part, Scroll, Trouble, Waiting } from '../../parts/answers.tsx'
import { rulesQuery } from '../../queries.ts'
import { plural } from '../../words.ts'
import { matching } from './matching.ts'
import { RuleRow } from './rule-row.tsx'

const route = getRouteApi('/rules')

/** Rules that run, with their last proof; and the files that do not run. */
export function RulesPage() {
  const { text = '', id } = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error } = useQuery(rulesQuery)
  const rules = matching(data?.items ?? [], text)
  return (
    <>
      <h1>Rules</h1>
      <p className="lead" aria-live="polite">
        {data
          ? `${plural(rules.length, 'rule')}${text ? ` about “${text}”` : ' running'}${data.problems.length > 0 ? `; ${plural(data.problems.length, 'file')} cannot run` : ''}.`
          : 'Reading the rules …'}
      </p>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <label className="grow">
          <span className="hidden">Words</span>
          <input
            type="search"
            data-search
            placeholder="Title, technique, family …"
            value={text}
            onChange={(event) =>
              void navigate({ search: { text: event.target.value || undefined }, replace: true })
            }
          />
        </label>
      </form>
      {error && <Trouble error={error} />}
      {!data && !error && <Waiting label="the rules" lines={10} />}
      {data && data.problems.length > 0 && (
        <Part title="Cannot run" count={data.problems.length}>
          <ul className="rows">
            {data.problems.map((problem) => (
              <li key={problem.path + problem.code} className="row single">
                <span className="row-text">
                  <strong className="mono">{problem.path}</strong>
                  <span>
                    {problem.text} <span className="muted mono">{problem.code}</span>
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {data && rules.length === 0 && (
        <Empty title={text ? 'No rule matches these words.' : 'No rule runs.'}>
          <p>
            Rules are files under the rules folder of vedette.yaml; Sigma rules run as they are.
          </p>
        </Empty>
      )}
      {rules.length > 0 && (
        <Scroll label="Rules">
          <table>
            <thead>
              <tr>
                <th scope="col">Level</th>
                <th scope="col">Rule</th>
                <th scope="col">Kind</th>
                <th scope="col">Techniques</th>
                <th scope="col" className="right">
                  Findings
                </th>
                <th scope="col">Proof</th>
              </tr>
            </thead>
            <tbody>
              {rules.map((rule) => (
                <RuleRow key={rule.id} rule={rule} open={rule.id === id} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </>
  )
}
