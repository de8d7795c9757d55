/*
 * serve: the HTTP face of the running system.
 * In: a System (the port in system.ts), the folder of the built console, the host names it answers to.
 * Out: one Fastify instance: JSON API with OpenAPI, sign-in, event stream, intake dialects, console files.
 * Never: decides anything about security content, keeps state besides open streams, answers without knowing who asks.
 */

export { createServer } from './server.ts'
export type { Access, IntakeRoute, Page, System } from './system.ts'
