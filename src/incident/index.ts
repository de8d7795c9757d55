/**
 * Incidents join findings about the same entities into one story for one person to close.
 *
 * In: a finding, the open incidents, the plan. Out: the incident it joined or opened, and those that turned out to be
 * the same one. The partition of alerts does not depend on the order in which they arrive.
 *
 * It never keeps anything, never reads a clock, and never joins by what everybody shares: NAT addresses, domain
 * controllers, hosts that only observed.
 */
export { closeIncident } from './close.ts'
export { incidentEntities } from './entities.ts'
export { createIncidentRoom, type IncidentRoom } from './room.ts'
export { plainText } from './words.ts'
