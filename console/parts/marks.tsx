import type { Incident } from '#serve/contract/incident.ts'
import { useNow } from '../clock.ts'
import { localText, sentenceCase, spanText, utcText } from '../words.ts'

/** A level as colour and word. */
export function LevelMark({ level }: { level: Incident['level'] }) {
  return (
    <span className="mark" data-tone={`level-${level}`}>
      <i aria-hidden="true" />
      {level === 'informational' ? 'Info' : sentenceCase(level)}
    </span>
  )
}

/** Any state as colour, shape and word. */
export function StateMark({ state, word }: { state: string; word?: string }) {
  return (
    <span className="mark" data-tone={`state-${state}`}>
      <i aria-hidden="true" />
      {word ?? sentenceCase(state)}
    </span>
  )
}

/** A moment in UTC; the reader's own time on hover. */
export function Moment({ at, part = 'all' }: { at: number; part?: 'all' | 'clock' }) {
  const text = utcText(at)
  return (
    <time dateTime={`${text.replace(' ', 'T')}Z`} title={localText(at)} className="num">
      {part === 'clock' ? text.slice(11) : text}
      <span className="zone"> UTC</span>
    </time>
  )
}

const SECOND = 1_000_000

/** How long ago, in seconds or more; the moment itself on hover. */
export function Age({ since, none = 'never' }: { since: number; none?: string }) {
  const now = useNow()
  if (since === 0) return <span className="muted">{none}</span>
  return (
    <time
      dateTime={`${utcText(since).replace(' ', 'T')}Z`}
      title={`${utcText(since)} UTC · ${localText(since)}`}
      className="num"
    >
      {spanText(Math.max(SECOND, now - since))}
    </time>
  )
}

/** A share as a thin bar with its number. */
export function ShareBar({ share, text }: { share: number; text: string }) {
  return (
    <span className="share">
      <span className="share-text num">{text}</span>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="6" className="share-all" />
        <rect width={Math.max(share > 0 ? 1 : 0, share * 100)} height="6" className="share-part" />
      </svg>
    </span>
  )
}

/** Records per minute of the last hour as a small line. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const top = Math.max(1, ...values)
  const step = values.length > 1 ? 120 / (values.length - 1) : 120
  const points = values.map(
    (value, at) => `${(at * step).toFixed(1)},${(27 - (value / top) * 25).toFixed(1)}`,
  )
  return (
    <svg
      className="spark"
      viewBox="0 0 120 28"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path d={`M0,28 L${points.join(' L')} L120,28 Z`} className="spark-area" />
      <path d={`M${points.join(' L')}`} className="spark-line" />
    </svg>
  )
}
