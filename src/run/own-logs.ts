import { accessSync, constants, existsSync } from 'node:fs'
import { runCommand } from '#base/process.ts'

/** One of this machine's own logs and whether it can be read. */
export interface OwnLog {
  readonly name: string
  readonly state: 'read' | 'unreadable' | 'absent'
  readonly text: string
  /** Input that reads it; absent unless `state` is `read`. */
  readonly input?: { readonly kind: string; readonly settings: Readonly<Record<string, unknown>> }
}

const FILES = ['/var/log/auth.log', '/var/log/secure']
const PROBE_TIMEOUT_MS = 5_000

/**
 * What this machine logs about itself: the systemd journal where it can be read, else the classic files. Never both,
 * because the same events are in both.
 */
export async function findOwnLogs(): Promise<OwnLog[]> {
  const journal = await probeJournal()
  if (journal.state === 'read') return [journal]
  const files = FILES.map(probeFile).filter((log) => log.state !== 'absent')
  if (files.length > 0) return [...files, ...(journal.state === 'unreadable' ? [journal] : [])]
  return [journal]
}

async function probeJournal(): Promise<OwnLog> {
  const name = 'journald'
  const tried = await runCommand('journalctl', ['-n', '1', '-o', 'json', '--no-pager', '-q'], {
    timeoutMs: PROBE_TIMEOUT_MS,
  })
  if (tried.status === -1) return { name, state: 'absent', text: 'journalctl is not installed' }
  if (tried.status !== 0)
    return {
      name,
      state: 'unreadable',
      text: tried.stderr.trim().split('\n')[0] ?? 'no permission',
    }
  if (tried.stdout.trim() === '')
    return { name, state: 'absent', text: 'the systemd journal is empty or not kept' }
  return {
    name,
    state: 'read',
    text: 'the systemd journal of this machine',
    input: { kind: 'journald', settings: {} },
  }
}

function probeFile(path: string): OwnLog {
  if (!existsSync(path)) return { name: path, state: 'absent', text: 'no such file' }
  try {
    accessSync(path, constants.R_OK)
  } catch {
    return { name: path, state: 'unreadable', text: 'no permission to read it' }
  }
  return {
    name: path,
    state: 'read',
    text: 'sign-ins on this machine',
    input: { kind: 'file', settings: { paths: [path] } },
  }
}
