import { Link } from '@tanstack/react-router'
import { Empty } from './answers.tsx'

/** An address without a page. */
export function NotFound() {
  return (
    <>
      <h1>There is no such page</h1>
      <Empty title="The address may be old.">
        <p>
          Go to the <Link to="/">overview</Link>.
        </p>
      </Empty>
    </>
  )
}
