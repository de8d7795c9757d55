/**
 * Intelligence turns what others know of attackers into indicators that detection can look up.
 *
 * In: the text of a file of indicators, in whatever spelling reports use. Out: normalised indicators with validity,
 * confidence and the line they came from; and for each line that gave none, why.
 *
 * It never matches events (detect does), never drops a line uncounted, and never lets in an address of our own or
 * of everybody.
 */
export { readIndicators as readIndicatorFile } from './feeds/csv/read.ts'
export { FEEDS } from './feeds.ts'
export { normaliseIndicator } from './normalise.ts'
