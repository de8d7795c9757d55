import { useQuery } from '@tanstack/react-query'
import { Empty, Part, Trouble, Verbatim, Waiting } from '../../parts/answers.tsx'
import { Age } from '../../parts/marks.tsx'
import { deadLettersQuery } from '../../queries.ts'
import { countText } from '../../words.ts'

/** The newest records that could not become events, with the reason and the bytes. */
export function DeadLetters({ source }: { source: string | undefined }) {
  const { data, error, isPending } = useQuery(deadLettersQuery({ source, limit: 50 }))
  return (
    <Part
      id="dead"
      title={source ? `Dead letters of ${source}` : 'Dead letters'}
      note={data && data.total > 0 && <span className="muted">{countText(data.total)} in all</span>}
    >
      {error && <Trouble error={error} />}
      {isPending && !error && <Waiting label="the dead letters" />}
      {data?.items.length === 0 && (
        <Empty title="None kept.">
          <p>What cannot be read lands here with a reason. Nothing is dropped silently.</p>
        </Empty>
      )}
      {data && data.items.length > 0 && (
        <ul className="rows">
          {data.items.map((letter) => (
            <li key={letter.id} className="row single">
              <span className="letter-head">
                <strong className="mono">{letter.reason}</strong>
                <span>{letter.detail}</span>
                <span className="muted">
                  {letter.source}, <span className="num">{letter.id}</span>,{' '}
                  <Age since={letter.received} /> ago
                </span>
              </span>
              <Verbatim className="raw" text={letter.raw} label={`Record ${letter.id}`} />
            </li>
          ))}
        </ul>
      )}
    </Part>
  )
}
