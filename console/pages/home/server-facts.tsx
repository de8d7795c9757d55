import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlanReport } from '#serve/contract/plan.ts'
import type { Status } from '#serve/contract/status.ts'
import { Part } from '../../parts/answers.tsx'
import { Age, StateMark } from '../../parts/marks.tsx'
import { countText, plural, spanText } from '../../words.ts'

/** What was counted, whether it adds up, and what is not known. */
export function ServerFacts(props: { status: Status; budget: PlanReport['budget'] | undefined }) {
  const { status, budget } = props
  const { received, stored, dead, dropped, lagRecords, lagMs } = status.pipeline
  const open = received - stored - dead - dropped - lagRecords
  return (
    <>
      <Part title="Accounted for">
        {status.health.state === 'degraded' && <p>{status.health.sentence}</p>}
        {open === 0 && received > 0 && <p>Every record received is accounted for.</p>}
        <dl className="sums">
          <Sum name="Received" value={received} />
          <Sum name="Stored" value={stored} />
          <Sum
            name={
              <Link to="/sources" search={{ dead: '1' }} hash="dead">
                Dead letters
              </Link>
            }
            value={dead}
          />
          <Sum name="Dropped by a policy" value={dropped} />
          <Sum name="On the way" value={lagRecords} />
          {open !== 0 && <Sum name="Not accounted for" value={open} bad />}
        </dl>
        {lagRecords > 0 && (
          <p className="muted">The oldest on the way waits for {spanText(lagMs * 1000)}.</p>
        )}
      </Part>
      {status.unknowns.length > 0 && (
        <Part title="Not known yet">
          <ul className="plain">
            {status.unknowns.map((unknown) => (
              <li key={unknown}>{unknown}</li>
            ))}
          </ul>
        </Part>
      )}
      {budget && (
        <Part title="Attention">
          <p>
            <Link to="/incidents" search={{ status: 'all' }}>
              {plural(budget.alertsLastDay, 'alert')}
            </Link>{' '}
            in 24 hours of a budget of {countText(budget.alertsPerDay)}
            {budget.over ? ': over it. See the noise in the plan.' : '.'}
          </p>
        </Part>
      )}
      <Part title="This machine’s own logs">
        <ul className="plain">
          {status.ownLogs.length === 0 && <li className="muted">None looked for.</li>}
          {status.ownLogs.map((log) => (
            <li key={log.name}>
              <StateMark state={log.state} /> <span className="mono">{log.name}</span>
              <span className="muted block">{log.text}</span>
            </li>
          ))}
        </ul>
      </Part>
      <p className="muted small foot">
        Vedette {status.version}, up for <Age since={status.startedAt} />
      </p>
    </>
  )
}

function Sum({ name, value, bad = false }: { name: ReactNode; value: number; bad?: boolean }) {
  return (
    <div data-bad={bad || undefined}>
      <dt>{name}</dt>
      <dd className="num">{countText(value)}</dd>
    </div>
  )
}
