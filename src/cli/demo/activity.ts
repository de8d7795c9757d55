import type { DemoRecord, Moment } from './wire.ts'

/** How busy an hour is: people at work, visitors of the shop, or machines that never sleep. */
type Rhythm = 'work' | 'visitors' | 'always'

/** Something that happens at the company again and again. */
export interface Activity {
  readonly name: string
  /** How often in a busy hour. */
  readonly perHour: number
  readonly rhythm: Rhythm
  /** The records of one time it happens, the first at the moment given. */
  play(moment: Moment): readonly DemoRecord[]
}

/** Share of the busiest hour by hour of the day, UTC; offices in central Europe. */
const WORK = [
  0.01, 0.01, 0.01, 0.01, 0.02, 0.12, 0.55, 0.95, 1, 1, 0.9, 0.65, 0.9, 1, 0.95, 0.75, 0.4, 0.18,
  0.1, 0.08, 0.06, 0.04, 0.02, 0.01,
] as const
const VISITORS = [
  0.2, 0.15, 0.1, 0.1, 0.15, 0.25, 0.4, 0.55, 0.65, 0.7, 0.75, 0.8, 0.75, 0.7, 0.65, 0.7, 0.8, 0.9,
  1, 1, 0.95, 0.8, 0.55, 0.35,
] as const
const WEEKEND_SHARE = 0.15

/** Share (0 to 1) of `perHour` that an hour sees. */
export function busyness(rhythm: Rhythm, time: number): number {
  const date = new Date(time)
  const hour = date.getUTCHours()
  if (rhythm === 'always') return 1
  if (rhythm === 'visitors') return VISITORS[hour] ?? 0
  const isWeekend = date.getUTCDay() === 0 || date.getUTCDay() === 6
  return (WORK[hour] ?? 0) * (isWeekend ? WEEKEND_SHARE : 1)
}

/** The same chance, some seconds later. */
export function after(moment: Moment, seconds: number): Moment {
  return { time: moment.time + Math.round(seconds * 1000), chance: moment.chance }
}
