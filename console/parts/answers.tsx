import { type ReactNode, useState } from 'react'
import { ApiProblem } from '../api.ts'

/** Grey bars that hold the place of what is still being read. */
export function Waiting({ lines = 4, label }: { lines?: number; label: string }) {
  const widths = ['92%', '78%', '86%', '64%']
  return (
    <div className="waiting" role="status" aria-label={`Reading ${label}`}>
      {Array.from({ length: lines }, (_, at) => (
        // The bars never move or change, so their place is their key.
        // biome-ignore lint/suspicious/noArrayIndexKey: fixed list
        <i key={at} style={{ width: widths[at % widths.length] }} />
      ))}
    </div>
  )
}

/** What went wrong and the way out. */
export function Trouble({ error }: { error: unknown }) {
  const problem = error instanceof ApiProblem ? error : undefined
  return (
    <div className="trouble" role="alert">
      <strong>{error instanceof Error ? error.message : String(error)}</strong>
      {problem?.details.map((detail) => (
        <p key={detail}>{detail}</p>
      ))}
      {problem?.hint && <p className="muted">{problem.hint}</p>}
    </div>
  )
}

/** An empty place that says what would be here and how it gets here. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children}
    </div>
  )
}

/** Text as it is, in a frame that scrolls and can be reached from the keyboard. */
export function Verbatim(props: { text: string; label: string; className?: string }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users must be able to scroll it
    <pre className={props.className} role="group" aria-label={props.label} tabIndex={0}>
      {props.text}
    </pre>
  )
}

/** Lines to copy, with a button that does it. */
export function CopyLines({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return (
    <div className="copy">
      <Verbatim text={text} label={label} />
      <button type="button" onClick={copy} aria-label={`Copy ${label}`}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  )
}

/** A wide thing that scrolls inside its own frame. */
export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users must be able to scroll it
    <section className="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}

/** A titled part of a page. */
export function Part(props: {
  title: string
  note?: ReactNode
  id?: string
  count?: number
  children: ReactNode
}) {
  return (
    <section className="part" aria-label={props.title} id={props.id}>
      <header>
        <h2>
          {props.title}
          {props.count !== undefined && <span className="count num">{props.count}</span>}
        </h2>
        {props.note && <div className="part-note">{props.note}</div>}
      </header>
      {props.children}
    </section>
  )
}
