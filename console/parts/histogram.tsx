import { countText, shortCount, utcText } from '../words.ts'

const HEIGHT = 72

/** Counts over time as bars; a click narrows to one bar. The same numbers are in its accessible name. */
export function Histogram(props: {
  bars: readonly { readonly from: number; readonly count: number }[]
  to: number
  total: number
  onPick: (from: number, to: number) => void
}) {
  const { bars, to, total, onPick } = props
  const top = Math.max(1, ...bars.map((bar) => bar.count))
  const busiest = bars.find((bar) => bar.count === top)
  const label = `${countText(total)} events${busiest && total > 0 ? `, most (${countText(top)}) at ${utcText(busiest.from)} UTC` : ''}`
  const first = bars[0]?.from ?? to
  return (
    <figure className="histogram">
      <svg
        viewBox={`0 0 ${bars.length * 10} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {bars.map((bar, at) => {
          const height = bar.count === 0 ? 0 : Math.max(2, (bar.count / top) * HEIGHT)
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: the time fields do the same from the keyboard
            <g
              key={bar.from}
              className="bar"
              onClick={() => onPick(bar.from, bars[at + 1]?.from ?? to)}
            >
              <title>{`${utcText(bar.from)} UTC: ${countText(bar.count)}`}</title>
              <rect x={at * 10} width="10" height={HEIGHT} className="bar-room" />
              <rect x={at * 10 + 1} width="8" y={HEIGHT - height} height={height} />
            </g>
          )
        })}
      </svg>
      <figcaption>
        <span className="num">{utcText(first)} UTC</span>
        <span className="muted num">{total > 0 ? `highest bar ${shortCount(top)}` : ''}</span>
        <span className="num">{utcText(to)} UTC</span>
      </figcaption>
    </figure>
  )
}
