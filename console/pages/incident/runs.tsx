import { useQuery } from '@tanstack/react-query'
import type { Run } from '#serve/contract/run.ts'
import { Empty, Trouble, Verbatim, Waiting } from '../../parts/answers.tsx'
import { Age, StateMark } from '../../parts/marks.tsx'
import { runsQuery } from '../../queries.ts'
import { Decide } from './decide.tsx'

/** The playbook runs of an incident: what they would do or did, and the word they wait for. */
export function Runs({ incident }: { incident: string }) {
  const { data, error, isPending } = useQuery(runsQuery({ incident }))
  if (isPending) return <Waiting label="the answers" lines={5} />
  if (error) return <Trouble error={error} />
  if (data.items.length === 0)
    return (
      <Empty title="No playbook matched.">
        <p>A playbook names the incidents that it answers; its runs appear here as a dry run.</p>
      </Empty>
    )
  return (
    <>
      {data.items.map((run) => (
        <RunCard key={run.id} run={run} />
      ))}
    </>
  )
}

function RunCard({ run }: { run: Run }) {
  return (
    <article className="run" aria-label={run.playbookTitle}>
      <header>
        <h3>{run.playbookTitle}</h3>
        <StateMark state={run.status} />
      </header>
      <ol>
        {run.steps.map((step) => (
          <li key={step.idempotencyKey}>
            <p>
              {step.name} <StateMark state={step.status} />
            </p>
            {step.effect.length > 0 && (
              <Verbatim
                className="effect"
                text={step.effect.join('\n')}
                label={`Effect of ${step.name}`}
              />
            )}
            {step.detail && <p className="muted small">{step.detail}</p>}
          </li>
        ))}
      </ol>
      {run.status === 'waiting' ? (
        <Decide run={run} />
      ) : (
        run.decidedBy && (
          <p className="muted small">
            Decided by {run.decidedBy}
            {run.decidedAt !== undefined && (
              <>
                {' '}
                <Age since={run.decidedAt} /> ago
              </>
            )}
            {run.reason && `: ${run.reason}`}
          </p>
        )
      )}
    </article>
  )
}
