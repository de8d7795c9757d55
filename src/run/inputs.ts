import { z } from 'zod'
import type { Clock } from '#base/clock.ts'
import { Failure, reasonOf } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { INPUTS, type InputContext, type Journal, type OpenInput } from '#collect/index.ts'
import type { Config, HostPort } from '#plan/index.ts'
import type { OwnLog } from './own-logs.ts'

/** One input to open: its kind and its own settings, and where the operator wrote them. */
export interface WantedInput {
  readonly kind: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly at: string
}

/** What the inputs share. */
export interface InputParts {
  readonly journal: Journal
  readonly clock: Clock
  readonly log: Log
  readonly stateFolder: string
  readonly signal: AbortSignal
  refused(feed: string, reason: string, count: number): void
}

/** The inputs that configuration and this machine ask for. */
export function wantedInputs(config: Config, ownLogs: readonly OwnLog[]): WantedInput[] {
  const file = config.path === '' ? 'vedette.yaml' : config.path
  const configured = config.inputs.map(({ kind, ...settings }, index) => ({
    kind,
    settings,
    at: `${file}:${config.inputLines[index] ?? 1} inputs.${index}`,
  }))
  const own = ownLogs.flatMap(({ name, input }) =>
    input ? [{ kind: input.kind, settings: input.settings, at: `own log ${name}` }] : [],
  )
  const { syslog } = config.listen
  const listening =
    syslog === 'off'
      ? []
      : [{ kind: 'syslog', settings: { listen: addressText(syslog) }, at: `${file} listen.syslog` }]
  return [...listening, ...configured, ...own]
}

/** Opens all inputs. When one cannot be opened the others are closed again and the Failure names where it was asked for. */
export async function openInputs(
  wanted: readonly WantedInput[],
  parts: InputParts,
): Promise<OpenInput[]> {
  const context: InputContext = {
    journal: parts.journal,
    clock: parts.clock,
    log: parts.log,
    stateFolder: parts.stateFolder,
    refused: parts.refused,
    signal: parts.signal,
  }
  const open: OpenInput[] = []
  try {
    for (const input of wanted) open.push(await openInput(input, context))
  } catch (error) {
    await Promise.all(open.map((input) => input.close()))
    throw error
  }
  return open
}

async function openInput(input: WantedInput, context: InputContext): Promise<OpenInput> {
  const kind = INPUTS.find((known) => known.name === input.kind)
  if (!kind) throw new Failure('config.invalid', `${input.at}: there is no input "${input.kind}"`)
  try {
    return await kind.open(input.settings, context)
  } catch (error) {
    if (error instanceof z.ZodError)
      throw new Failure('config.invalid', `${input.at}: ${input.kind}`, {
        details: error.issues.map((issue) => `${['', ...issue.path].join('.')} — ${issue.message}`),
      })
    if (error instanceof Failure)
      throw new Failure(error.code, `${input.at}: ${error.message}`, { cause: error })
    throw new Failure('collect.unreadable', `${input.at}: ${reasonOf(error)}`, { cause: error })
  }
}

function addressText({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
