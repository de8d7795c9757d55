import { type ChildProcess, execFile, fork, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

/** What a finished command left. `status` is -1 when it could not be started or was ended by a signal. */
export interface CommandResult {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program with an argument list, never through a shell; ended after `timeoutMs`. Never rejects. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: { timeoutMs: number; input?: string },
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      [...args],
      { timeout: options.timeoutMs, maxBuffer: 4 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0
        resolve({
          status: code,
          stdout,
          stderr: stderr || (code === -1 ? (error?.message ?? '') : ''),
        })
      },
    )
    if (options.input !== undefined) child.stdin?.end(options.input)
  })
}

/** Starts another of our own modules as a process of its own with an IPC channel. */
export function forkModule(
  path: string,
  options: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): ChildProcess {
  return fork(path, [...(options.args ?? [])], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
    env: { ...process.env, ...options.env },
    // The flags of this process are not the child's: a test runner's would run the module as a test.
    execArgv: [],
  })
}

/** A program that runs beside us and writes to its standard output. */
export interface RunningProgram {
  /** What it writes, byte for byte. Reading slowly makes it wait. */
  readonly output: Readable
  /** How it ended and the last 4 KB it wrote to standard error. Never rejects. */
  readonly ended: Promise<{ status: number; stderr: string }>
  /** Asks it to end. */
  stop(): void
}

/** Starts a program with an argument list, never through a shell, whose output is read while it runs. */
export function startProgram(program: string, args: readonly string[]): RunningProgram {
  const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4096)
  })
  const ended = new Promise<{ status: number; stderr: string }>((resolve) => {
    child.once('error', (error) => resolve({ status: -1, stderr: error.message }))
    child.once('close', (code) => resolve({ status: code ?? -1, stderr }))
  })
  return {
    output: child.stdout,
    ended,
    stop: () => void child.kill('SIGTERM'),
  }
}
