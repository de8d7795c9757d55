import { useEffect, useRef } from 'react'

const KEYS = [
  ['g then o, i, h, s, p, r', 'Go to overview, incidents, hunt, sources, plan, rules'],
  ['j / k', 'Next / previous row'],
  ['Enter', 'Open the row'],
  ['e', 'Close the incident (asks for the reason)'],
  ['/', 'Go to the search field'],
  ['t', 'Light, dark, as the system'],
  ['Esc', 'Leave this'],
  ['?', 'This help'],
] as const

/** The keys, in a dialog of the browser: Esc leaves it and the focus returns. */
export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal()
    if (!open) dialog.current?.close()
  }, [open])
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl className="keys">
        {KEYS.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">
        Search: <code>user:alice</code>, <code>-host:dc1</code>, <code>src_ip:10.0.0.*</code>,{' '}
        <code>"words in quotes"</code>. Times are UTC; hover to see your own.
      </p>
      <form method="dialog">
        <button type="submit" className="main">
          Back
        </button>
      </form>
    </dialog>
  )
}
