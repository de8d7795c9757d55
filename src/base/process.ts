import { type ChildProcess, execFile, fork } from 'node:child_process'

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
  })
}
