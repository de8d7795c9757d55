import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '#base/clock.ts'
import { systemIds } from '#base/ids.ts'
import { silentLog } from '#base/log.ts'
import { openJournal } from '#collect/index.ts'
import type { EventStore, StateStore } from '#store/index.ts'
import { openStateStore } from '#store/index.ts'
import { type Pipeline, startPipeline } from '../pipeline/host.ts'
import type { PipelineStart } from '../pipeline/protocol.ts'
import { dataPlaces } from '../places.ts'
import { createMemoryEvents } from './memory-events.ts'
import { openTestThread } from './thread.ts'

/** What outlives a crash: journal, spool, both stores, and the findings that were kept. */
export type Disk = Awaited<ReturnType<typeof openDisk>>

/** Makes the disk of one test in a folder. */
export async function openDisk(folder: string) {
  const places = dataPlaces(folder)
  const journal = await openJournal({ folder: places.journal, log: silentLog })
  const state = await openStateStore({ path: places.stateFile, clock: systemClock, ids: systemIds })
  return {
    places,
    journal,
    state,
    events: createMemoryEvents(),
    /** Ids of kept findings, and how often each was handed in. */
    findings: new Map<string, number>(),
    spools: 0,
    async close() {
      await journal.close()
      await state.close()
    },
  }
}

/** One life of the pipeline over a disk. */
interface LifeOptions {
  readonly ruleFiles: PipelineStart['ruleFiles']
  readonly limits: PipelineStart['limits']
  /** Records that the worker gets at once. */
  readonly maxRecords: number
  /** The process ends at the n-th thing that it writes; a half stands for "written, and the answer was never heard". */
  readonly crashAt?: number
  /** Turns of the event loop that a write of each chain takes. */
  readonly turns: { readonly findings: number; readonly spans: number }
}

/** Starts a life. `crashed` resolves when it has ended by itself; the disk is then as it was at that instant. */
export async function startLife(disk: Disk, options: LifeOptions) {
  const crash = Promise.withResolvers<void>()
  const over = new AbortController()
  const spool = join(disk.places.root, `spool-${disk.spools}`)
  mkdirSync(spool, { recursive: true })
  const places = { ...disk.places, spool }
  let writes = 0
  let isDead = false
  const die = (): Promise<never> => {
    if (!isDead) {
      isDead = true
      disk.spools += 1
      cpSync(spool, join(disk.places.root, `spool-${disk.spools}`), { recursive: true })
      over.abort()
      crash.resolve()
    }
    return new Promise(() => undefined)
  }
  /** Every write goes through here: before the n-th one, or right behind it, everything stops. */
  const write = async <T>(chain: 'findings' | 'spans', act: () => Promise<T>): Promise<T> => {
    for (let turn = 0; turn < options.turns[chain]; turn += 1)
      await new Promise((resolve) => setImmediate(resolve))
    writes += 1
    if (isDead || writes === options.crashAt) return die()
    const done = await act()
    return isDead || writes + 0.5 === options.crashAt ? die() : done
  }
  let kill: () => void = () => undefined
  const starting = startPipeline(
    {
      ...disk,
      places,
      ...mortal(disk, write),
      clock: clockUntil(over.signal),
      log: silentLog,
      onFindings: (findings) =>
        write('findings', async () => {
          for (const { id } of findings) disk.findings.set(id, (disk.findings.get(id) ?? 0) + 1)
        }),
      onStored: () => undefined,
      onBroken: (reason) => {
        if (!isDead) throw new Error(reason)
      },
    },
    {
      routes: [],
      zone: 'UTC',
      ruleFiles: options.ruleFiles,
      indicators: [],
      limits: options.limits,
    },
    (start) => {
      const thread = openTestThread(start, disk.journal, options.maxRecords)
      kill = thread.kill
      return thread
    },
  )
  const crashed = crash.promise.then(() => kill())
  const pipeline: Pipeline | undefined = await Promise.race([
    starting,
    crashed.then(() => undefined),
  ])
  return { pipeline, crashed }
}

/** The dead wait for nothing. */
function clockUntil(over: AbortSignal): Clock {
  return {
    ...systemClock,
    sleep: (delayMs, signal) =>
      systemClock.sleep(delayMs, signal ? AbortSignal.any([signal, over]) : over),
  }
}

type Write = <T>(chain: 'findings' | 'spans', act: () => Promise<T>) => Promise<T>

/** The stores, in which each write may be the last. */
function mortal(disk: Disk, write: Write): { events: EventStore; state: StateStore } {
  const { events, state } = disk
  return {
    events: { ...events, append: (segment) => write('spans', () => events.append(segment)) },
    state: {
      ...state,
      spans: {
        ...state.spans,
        commitSpan: (span) => write('spans', () => state.spans.commitSpan(span)),
      },
      snapshots: {
        ...state.snapshots,
        put: (name, snapshot) => write('findings', () => state.snapshots.put(name, snapshot)),
      },
    },
  }
}
