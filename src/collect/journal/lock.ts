import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { Failure, systemCodeOf } from '#base/failure.ts'
import { fileFailure } from '#base/files.ts'
import { parseJsonObject } from '#base/json.ts'

/** Paths that this process holds: the same pid in the lock file alone does not say that. */
const heldHere = new Set<string>()

/**
 * Takes the folder for this process and gives the function that leaves it. The lock names pid, start of the process and
 * host; one whose process is gone is taken over. Throws `run.data-in-use`.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock')
  if (heldHere.has(path)) throw inUse(folder, process.pid)
  const mine = `${path}.${process.pid}`
  const text = JSON.stringify({
    pid: process.pid,
    started: startOf(process.pid),
    host: hostname(),
  })
  try {
    writeFileSync(mine, text, { mode: 0o600 })
  } catch (error) {
    throw fileFailure(error, mine)
  }
  try {
    if (!tryLink(mine, path)) {
      removeStale(folder, path)
      if (!tryLink(mine, path)) throw inUse(folder, holderOf(path)?.pid ?? 0)
    }
  } finally {
    rmSync(mine, { force: true })
  }
  heldHere.add(path)
  return () => {
    if (heldHere.delete(path)) rmSync(path, { force: true })
  }
}

function inUse(folder: string, pid: number): Failure {
  return new Failure('run.data-in-use', `${folder} is in use by process ${pid}`)
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false
    throw fileFailure(error, to)
  }
}

/** Moves a dead process's lock aside; puts it back when somebody else was faster and the moved one is alive. */
function removeStale(folder: string, path: string): void {
  const holder = holderOf(path)
  if (holder && isAlive(holder)) throw inUse(folder, holder.pid)
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  const moved = holderOf(aside)
  if (moved && isAlive(moved)) tryLink(aside, path)
  rmSync(aside, { force: true })
}

interface Holder {
  readonly pid: number
  readonly started: string
  readonly host: string
}

function holderOf(path: string): Holder | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  const parsed = parseJsonObject(text)
  if (!parsed.ok) return undefined
  const { pid, started, host } = parsed.value
  if (typeof pid !== 'number' || typeof started !== 'string' || typeof host !== 'string')
    return undefined
  return { pid, started, host }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname() || holder.pid === process.pid) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return systemCodeOf(error) === 'EPERM'
  }
  return holder.started === startOf(holder.pid)
}

/** When the process started, in the words of Linux (clock ticks since boot); '' elsewhere. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
