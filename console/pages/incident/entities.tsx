import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Incident } from '#serve/contract/incident.ts'
import { Empty, Scroll } from '../../parts/answers.tsx'
import { termOfEntity } from '../hunt/query-text.ts'
import { mostNamed } from './summary-of.ts'

const HOUR = 3_600_000_000
const SHOWN = 10

/** The users, hosts, addresses … of the incident; each leads to its events around that time. */
export function Entities({ incident }: { incident: Incident }) {
  const [all, setAll] = useState(false)
  const sorted = mostNamed(incident.entities)
  const shown = all ? sorted : sorted.slice(0, SHOWN)
  if (incident.entities.length === 0) return <Empty title="The findings name nobody and nothing." />
  const from = String(Math.round(incident.start - HOUR))
  const to = String(Math.round(incident.end + HOUR))
  return (
    <>
      <Scroll label="Entities of this incident">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Kind</th>
              <th scope="col">Part</th>
              <th scope="col">Plan target</th>
              <th scope="col" className="right">
                Findings
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((entity) => (
              <tr key={`${entity.kind}:${entity.id}`}>
                <td>
                  <Link to="/hunt" search={{ q: termOfEntity(entity), from, to }} className="mono">
                    {entity.name}
                  </Link>
                </td>
                <td>{entity.kind}</td>
                <td>{entity.role}</td>
                <td>
                  {entity.target ? (
                    <Link to="/plan" search={{ target: entity.target }}>
                      {entity.target}
                    </Link>
                  ) : (
                    <span className="muted">not in the plan</span>
                  )}
                </td>
                <td className="right num">{entity.findings}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {shown.length < sorted.length && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          Show all {sorted.length}
        </button>
      )}
    </>
  )
}
