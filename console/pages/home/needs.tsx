import { Link } from '@tanstack/react-router'
import type { Incident } from '#serve/contract/incident.ts'
import type { PlanReport } from '#serve/contract/plan.ts'
import type { Run } from '#serve/contract/run.ts'
import { Empty, Part } from '../../parts/answers.tsx'
import { Age, LevelMark, StateMark } from '../../parts/marks.tsx'
import { plural } from '../../words.ts'

/** Open incidents, answers that wait for a word, blind spots, sources that are not well: in that order. */
export function Needs(props: {
  incidents: readonly Incident[]
  incidentTotal: number
  runs: readonly Run[]
  plan: PlanReport
}) {
  const { incidents, incidentTotal, runs, plan } = props
  const unwell = plan.sources.filter((source) => source.state !== 'healthy')
  return (
    <>
      <Part
        title="Incidents"
        count={incidentTotal}
        note={<Link to="/incidents">All incidents</Link>}
      >
        {incidents.length === 0 ? (
          <Empty title="No open incident.">
            <p>
              Findings about the same user, host or address are joined into one incident and appear
              here. Nothing open does not mean nothing happened: see the blind spots.
            </p>
          </Empty>
        ) : (
          <ul className="rows">
            {incidents.map((incident) => (
              <IncidentLine key={incident.id} incident={incident} />
            ))}
          </ul>
        )}
      </Part>
      {runs.length > 0 && (
        <Part title="Answers that wait for your word" count={runs.length}>
          <ul className="rows">
            {runs.map((run) => (
              <li key={run.id}>
                <Link
                  to="/incidents/$id"
                  params={{ id: run.incidentId }}
                  hash="runs"
                  data-row={run.id}
                  className="row"
                >
                  <StateMark state="waiting" word="Waiting" />
                  <span className="row-text">
                    <strong>{run.playbookTitle}</strong>
                    <span className="muted">
                      {plural(run.steps.length, 'step')}, shown as a dry run; nothing has been
                      changed
                    </span>
                  </span>
                  <Age since={run.created} />
                </Link>
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Part
        title="Blind spots"
        count={plan.blindSpots.length}
        note={<Link to="/plan">The plan</Link>}
      >
        {plan.blindSpots.length === 0 ? (
          <Empty title="None known.">
            <p>
              A blind spot is something that the plan requires and the live data cannot show. With
              an empty plan there is nothing to compare with.
            </p>
          </Empty>
        ) : (
          <ul className="rows">
            {plan.blindSpots.slice(0, 5).map((spot) => (
              <li key={spot.id}>
                <Link to="/plan" hash={spot.id} className="row" data-row={spot.id}>
                  <LevelMark level={spot.level} />
                  <span className="row-text">
                    <strong>{spot.text}</strong>
                    <span className="muted">{spot.fix}</span>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Part>
      {unwell.length > 0 && (
        <Part
          title="Sources that are not well"
          count={unwell.length}
          note={<Link to="/sources">All sources</Link>}
        >
          <ul className="rows">
            {unwell.slice(0, 6).map((source) => (
              <li key={source.id}>
                <Link to="/sources" search={{ id: source.id }} className="row" data-row={source.id}>
                  <StateMark state={source.state} />
                  <span className="row-text">
                    <strong>{source.id}</strong>
                    <span className="muted">{source.text}</span>
                  </span>
                  <Age since={source.lastReceived} />
                </Link>
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  )
}

function IncidentLine({ incident }: { incident: Incident }) {
  return (
    <li>
      <Link
        to="/incidents/$id"
        params={{ id: incident.id }}
        className="row barred"
        data-tone={`level-${incident.level}`}
        data-row={incident.id}
      >
        <LevelMark level={incident.level} />
        <span className="row-text">
          <strong>{incident.title}</strong>
          <span className="muted clamp">{incident.story}</span>
        </span>
        <Age since={incident.opened} />
      </Link>
    </li>
  )
}
