import { Link } from '@tanstack/react-router'
import type { Status } from '#serve/contract/status.ts'
import { CopyLines, Part } from '../../parts/answers.tsx'
import { firstLineOf } from '../sources/connect-lines.ts'

/** What to do while nothing has arrived. */
export function FirstSteps({ status }: { status: Status }) {
  return (
    <Part title="Start here">
      <ol className="steps">
        <li>
          <strong>Send one line.</strong> It becomes an event with who, when, what and where within
          a second.
          <CopyLines text={firstLineOf(status)} label="a first log line" />
        </li>
        <li>
          <strong>Connect a source.</strong>{' '}
          <Link to="/sources" search={{ connect: 'rsyslog' }}>
            Lines for rsyslog, Filebeat and GitHub
          </Link>{' '}
          with this server’s addresses.
        </li>
        <li>
          <strong>Say what you protect.</strong> Write <code>plan.yaml</code> with{' '}
          <code>vedette plan init</code>: targets, threats, sources. From then on the{' '}
          <Link to="/plan">plan page</Link> shows where you are blind.
        </li>
      </ol>
    </Part>
  )
}
