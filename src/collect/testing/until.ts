import { systemClock } from '#base/clock.ts'

/** Waits until `isTrue` holds, looking every few milliseconds; throws after `limitMs`. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  const end = systemClock.now() + limitMs
  while (!(await isTrue())) {
    if (systemClock.now() > end) throw new Error('condition did not become true in time')
    await systemClock.sleep(5)
  }
}
