import { useQuery } from '@tanstack/react-query'
import type { Run } from '#serve/contract/run.ts'
import { Empty, Trouble, Verbatim, Waiting } from '../../parts/answers.tsx'
import { Age, StateMark } from '../../parts/marks.tsx'
import { runsQuery } from '../../queries.ts'
import { plural } from '../../words.ts'
import { Decide } from './decide.tsx'
import { TakeBack } from './take-back.tsx'

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

/** So many lines of an effect are read at a glance; longer listings open on demand. */
const SHOWN_LINES = 3

/** What a step would do in words, and the exact commands for whoever wants them. */
function Effect({ step }: { step: Run['steps'][number] }) {
  const [first = '', ...rest] = step.effect
  const isShort = step.effect.length <= SHOWN_LINES
  // A step that would fail says so in its effect; its detail is the same in fewer words.
  const detail = step.status === 'planned' && first !== '' ? '' : step.detail
  return (
    <>
      {isShort && first !== '' && (
        <Verbatim
          className="effect"
          text={step.effect.join('\n')}
          label={`Effect of ${step.name}`}
        />
      )}
      {!isShort && (
        <>
          <p className="small">{first}</p>
          <details className="small">
            <summary>{plural(rest.length, 'line')} in full</summary>
            <Verbatim className="effect" text={rest.join('\n')} label={`Effect of ${step.name}`} />
          </details>
        </>
      )}
      {detail && <p className="muted small">{detail}</p>}
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
            <Effect step={step} />
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
      {run.status !== 'waiting' && <TakeBack run={run} />}
    </article>
  )
}
