import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useRef } from 'react'
import { useHashPart } from '../../hash.ts'
import { useKeys } from '../../keys.ts'
import { Part, Trouble, Waiting } from '../../parts/answers.tsx'
import { LevelMark, StateMark } from '../../parts/marks.tsx'
import { incidentQuery } from '../../queries.ts'
import { sentenceCase } from '../../words.ts'
import { AdviceList } from './advice-list.tsx'
import { CloseForm } from './close-form.tsx'
import { Entities } from './entities.tsx'
import { Evidence } from './evidence.tsx'
import { Facts } from './facts.tsx'
import { Runs } from './runs.tsx'
import { Summary } from './summary.tsx'
import { Timeline } from './timeline.tsx'

const route = getRouteApi('/incidents/$id')

/** One incident, in the order of the questions: why do I see this, what happened, what do I do, how does it end. */
export function IncidentPage() {
  const { id } = route.useParams()
  const { close } = route.useSearch()
  const { data: incident, error } = useQuery(incidentQuery(id))
  useHashPart(incident !== undefined)
  const form = useRef<HTMLFormElement>(null)
  useKeys({ e: () => form.current?.querySelector('input')?.focus() })
  if (error)
    return (
      <>
        <h1>Incident</h1>
        <Trouble error={error} />
      </>
    )
  if (!incident)
    return (
      <>
        <h1>Incident</h1>
        <Waiting label="the incident" lines={12} />
      </>
    )
  return (
    <>
      <p className="crumb">
        <Link to="/incidents">Incidents</Link> <span aria-hidden="true">/</span>{' '}
        <span className="mono">{incident.id}</span>
      </p>
      <header className="incident-head barred" data-tone={`level-${incident.level}`}>
        <p className="incident-marks">
          <LevelMark level={incident.level} />
          <StateMark state={incident.status} word={sentenceCase(incident.status)} />
          <span className="muted">{incident.levelWhy}</span>
        </p>
        <h1>{incident.title}</h1>
        <p className="story">{incident.story}</p>
      </header>
      <Summary incident={incident} />
      <div className="incident-columns">
        <div>
          <Part title="Timeline" count={incident.timeline.length}>
            <Timeline incident={incident} />
          </Part>
          <Part title="Who and what is in it" count={incident.entities.length}>
            <Entities incident={incident} />
          </Part>
          <Part title="Evidence">
            <Evidence incident={incident} />
          </Part>
          <Part title="What helps against this" count={incident.advice.length}>
            <AdviceList advice={incident.advice} />
          </Part>
        </div>
        <aside aria-label="Answer and end">
          <Facts incident={incident} />
          <Part title="Answers" id="runs">
            <Runs incident={incident.id} />
          </Part>
          <Part title={incident.status === 'closed' ? 'How it ended' : 'Close'} id="close">
            <CloseForm incident={incident} form={form} focus={close !== undefined} />
          </Part>
        </aside>
      </div>
    </>
  )
}
