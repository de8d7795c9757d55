import { rmSync } from 'node:fs'
import { type Clock, systemClock } from '#base/clock.ts'
import { Failure, reasonOf, systemCodeOf } from '#base/failure.ts'
import { ensureFolder, writeDurableNow } from '#base/files.ts'
import { systemIds } from '#base/ids.ts'
import type { Log } from '#base/log.ts'
import { type Journal, type OpenInput, openJournal } from '#collect/index.ts'
import type { HostPort } from '#plan/index.ts'
import { createServer } from '#serve/index.ts'
import { type EventStore, openEventStore, openStateStore, type StateStore } from '#store/index.ts'
import { shippedContent } from './content.ts'
import { watchForDefects } from './defects.ts'
import { openInputs, wantedInputs } from './inputs.ts'
import type { Loaded } from './load.ts'
import { findOwnLogs, type OwnLog } from './own-logs.ts'
import { type DataPlaces, dataPlaces } from './places.ts'
import { startRooms } from './rooms.ts'

/** What a server is started with. */
export interface StartOptions {
  readonly loaded: Loaded
  readonly dataFolder: string
  readonly version: string
  readonly log: Log
  readonly clock?: Clock
  /** Called once when something broke that the server cannot live with. */
  readonly onBroken: (reason: string) => void
}

/** A running Vedette. */
export interface Running {
  readonly url: string
  readonly places: DataPlaces
  /** `syslog udp 127.0.0.1:5514`, one line each. */
  readonly listening: readonly string[]
  readonly ownLogs: readonly OwnLog[]
  readonly intakeToken: string
  /** A fresh one-time link to the console. */
  signInLink(): Promise<string>
  /** What is not known yet, as sentences. */
  unknowns(): Promise<readonly string[]>
  stop(): Promise<void>
}

/** The stores and the journal of one data folder, open. */
export interface OpenData {
  readonly places: DataPlaces
  readonly journal: Journal
  readonly state: StateStore
  readonly events: EventStore
}

/** Starts everything, inputs last: what listens can also be kept. What was opened is closed again when a later part fails. */
export async function startVedette(options: StartOptions): Promise<Running> {
  const undo: (() => Promise<void>)[] = []
  try {
    return await start({ ...options, clock: options.clock ?? systemClock }, undo)
  } catch (error) {
    await closeAll(undo)
    throw error
  }
}

async function start(
  options: StartOptions & { readonly clock: Clock },
  undo: (() => Promise<void>)[],
): Promise<Running> {
  const { loaded, log, clock } = options
  undo.push(watchForDefects(options))
  const data = await openData(options, undo)
  const intakeToken = await data.state.access.intakeToken()
  writeDurableNow(data.places.tokenFile, `${intakeToken}\n`)
  const ownLogs = loaded.config.ownLogs ? await findOwnLogs() : []
  const stopInputs = new AbortController()
  const listening: string[] = []
  const rooms = await startRooms({ ...options, ...data, intakeToken, ownLogs, listening })
  undo.push(() => rooms.stop())
  const url = await listen(options, { rooms, undo })
  listening.push(`http ${url}`)
  const inputs: OpenInput[] = await openInputs(wantedInputs(loaded.config, ownLogs), {
    journal: data.journal,
    clock,
    log: log.child('collect'),
    stateFolder: data.places.inputs,
    signal: stopInputs.signal,
    refused: rooms.refused,
  })
  undo.push(async () => {
    stopInputs.abort()
    await Promise.all(inputs.map((input) => input.close()))
  })
  const lines = inputs.flatMap((input) =>
    input.listening.map((address) => `${input.name} ${address}`),
  )
  listening.push(...lines)
  writeRunFile(data.places, { url, listening, undo })
  log.info('server was started', { url })
  return {
    url,
    places: data.places,
    listening: lines,
    ownLogs,
    intakeToken,
    signInLink: async () =>
      `${url}/sign-in?code=${await rooms.access.createCode('admin', 'admin')}`,
    unknowns: () =>
      rooms.unknowns().catch((error: unknown) => [`Whether all is well: ${reasonOf(error)}.`]),
    stop: () => closeAll(undo),
  }
}

async function openData(
  options: StartOptions & { readonly clock: Clock },
  undo: (() => Promise<void>)[],
): Promise<OpenData> {
  const places = dataPlaces(options.dataFolder)
  for (const folder of [places.root, places.journal, places.spool, places.events, places.inputs])
    ensureFolder(folder)
  const journal = await openJournal({ folder: places.journal, log: options.log.child('journal') })
  undo.push(() => journal.close())
  const state = await openStateStore({
    path: places.stateFile,
    clock: options.clock,
    ids: systemIds,
  })
  undo.push(() => state.close())
  const events = await openEventStore({
    folder: places.events,
    log: options.log.child('store'),
    retentionDays: options.loaded.config.retention.days,
  })
  undo.push(() => events.close())
  return { places, journal, state, events }
}

async function listen(
  options: StartOptions,
  parts: { rooms: Awaited<ReturnType<typeof startRooms>>; undo: (() => Promise<void>)[] },
): Promise<string> {
  const wanted = options.loaded.config.listen.http
  const server = await createServer({
    system: parts.rooms.system,
    consoleFolder: shippedContent().console,
    log: options.log.child('serve'),
    hostnames: [wanted.host],
  })
  parts.undo.push(() => server.close())
  try {
    await server.listen({ host: wanted.host, port: wanted.port })
  } catch (error) {
    throw portFailure(error, wanted, options.loaded.config.path)
  }
  const address = server.server.address()
  const port = typeof address === 'object' && address ? address.port : wanted.port
  return `http://${wanted.host.includes(':') ? `[${wanted.host}]` : wanted.host}:${port}`
}

function portFailure(error: unknown, wanted: HostPort, path: string): Failure {
  const where = `${path === '' ? 'vedette.yaml' : path} listen.http: ${wanted.host}:${wanted.port}`
  const code = systemCodeOf(error)
  const taken = code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL'
  return new Failure(
    taken ? 'collect.port-taken' : 'collect.unreadable',
    `${where} (${reasonOf(error)})`,
    { cause: error },
  )
}

function writeRunFile(
  places: DataPlaces,
  parts: { url: string; listening: readonly string[]; undo: (() => Promise<void>)[] },
): void {
  const { url, listening } = parts
  writeDurableNow(places.runFile, JSON.stringify({ pid: process.pid, url, listening }))
  parts.undo.push(async () => rmSync(places.runFile, { force: true }))
}

/** Newest first: inputs before the pipeline, the pipeline before the stores. All are closed, then the first trouble is told. */
async function closeAll(undo: (() => Promise<void>)[]): Promise<void> {
  const troubles: unknown[] = []
  for (let close = undo.pop(); close; close = undo.pop())
    await close().catch((error: unknown) => troubles.push(error))
  if (troubles.length > 0) throw troubles[0]
}
