import type { Feed } from './feed.ts'
import { csv } from './feeds/csv/index.ts'

/** Every kind of feed, alphabetical. */
export const FEEDS: readonly Feed[] = [csv]
