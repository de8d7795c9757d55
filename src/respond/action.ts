import { z } from 'zod'
import type { Clock } from '#base/clock.ts'
import type { Egress } from '#base/egress.ts'
import { bad, good, type Outcome } from '#base/outcome.ts'
import type { CommandResult } from '#base/process.ts'
import { Secret } from '#base/secret.ts'
import type { Plan } from '#plan/index.ts'

/** Runs a program with arguments, never through a shell. `runCommand` of base is one. */
export type Command = (
  program: string,
  args: readonly string[],
  options: { timeoutMs: number; input?: string },
) => Promise<CommandResult>

/** What actions may use, and what they must never touch. */
export interface ActionContext {
  readonly egress: Egress
  readonly command: Command
  readonly clock: Clock
  /** Idempotency key of the step: the same effect has the same key, also after a crash. */
  readonly key: string
  readonly plan: Plan
  /** Addresses of this machine, and those that Vedette listens on. */
  readonly own: readonly string[]
  /** Name servers that this machine uses. */
  readonly resolvers: readonly string[]
  /** Lines that dry runs of this action have shown in the same run: what is done once is shown once. */
  readonly shown: readonly string[]
}

/** Whether the effect is in place. */
export interface Probe {
  readonly state: 'done' | 'not-done' | 'unknown'
  readonly detail: string
}

/** Whether something happened. `unknown` = it may have. */
export interface Act {
  readonly happened: 'yes' | 'no' | 'unknown'
  readonly detail: string
}

/** The verbs of an action over its checked input. */
interface Verbs<Input> {
  /** What act would change, as lines for people; changes nothing. Throws `respond.refused` for what must not be done. */
  dryRun(input: Input, context: ActionContext): Promise<readonly string[]>
  /** Looks whether the effect of this key is in place. */
  probe(input: Input, context: ActionContext): Promise<Probe>
  act(input: Input, context: ActionContext): Promise<Act>
  /** Looks whether act did what it said; `unknown` when that cannot be seen. */
  verify(input: Input, context: ActionContext): Promise<Probe>
  /** Takes the effect back. */
  undo?(input: Input, context: ActionContext): Promise<Act>
}

/** What an action is, for whoever writes one. */
interface ActionSpec<Schema extends z.ZodType> extends Verbs<z.output<Schema>> {
  readonly name: string
  readonly summary: string
  readonly input: Schema
  /** Rights and programs it needs, in words. */
  readonly needs: readonly string[]
  readonly reversible: boolean
  /** Input fields that must not hold text out of an incident: where it goes and who it is. */
  readonly fixed: readonly string[]
  /** True when this input may be acted upon twice without a second effect. */
  isRepeatable?(input: z.output<Schema>): boolean
  /** Makes text out of an incident harmless where this action puts it. */
  escape?(text: string): string
}

/** An action with one input: its verbs need only a context. */
export interface BoundAction {
  readonly isRepeatable: boolean
  dryRun(context: ActionContext): Promise<readonly string[]>
  probe(context: ActionContext): Promise<Probe>
  act(context: ActionContext): Promise<Act>
  verify(context: ActionContext): Promise<Probe>
  readonly undo?: (context: ActionContext) => Promise<Act>
}

/** One kind of action. */
export interface Action {
  readonly name: string
  readonly summary: string
  readonly input: z.ZodType
  readonly needs: readonly string[]
  readonly reversible: boolean
  readonly fixed: readonly string[]
  readonly escape: (text: string) => string
  /** Checks an input. Answers `respond.bad-input` with what is wrong. */
  bind(raw: unknown): Outcome<BoundAction>
}

/** Makes an action. */
export function defineAction<Schema extends z.ZodType>(spec: ActionSpec<Schema>): Action {
  const { name, summary, input, needs, reversible, fixed } = spec
  return {
    name,
    summary,
    input,
    needs,
    reversible,
    fixed,
    escape: spec.escape ?? ((text) => text),
    bind(raw) {
      const parsed = input.safeParse(raw)
      if (!parsed.success) return bad('respond.bad-input', { detail: issueText(parsed.error) })
      const value = parsed.data
      const { undo } = spec
      return good({
        isRepeatable: spec.isRepeatable?.(value) ?? false,
        dryRun: (context) => spec.dryRun(value, context),
        probe: (context) => spec.probe(value, context),
        act: (context) => spec.act(value, context),
        verify: (context) => spec.verify(value, context),
        ...(undo ? { undo: (context) => undo(value, context) } : {}),
      })
    },
  }
}

function issueText(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.map(String).join('.') || 'input'}: ${issue.message}`)
    .join('; ')
}

/** An input that must be a reference to a secret. */
export const SecretValue = z.instanceof(Secret, {
  message: 'write ${env:NAME} or ${file:path}, never the secret itself',
})

/** An address to call, plain or secret. */
export const CallUrl = z.union([
  SecretValue,
  z.string().refine(isCallable, 'expected an http or https address'),
])

function isCallable(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:')
}

/** The text of a plain or secret value. */
export function revealed(value: string | Secret): string {
  return value instanceof Secret ? value.reveal() : value
}

/** An address for people: of a secret one only the host. */
export function shownUrl(value: string | Secret): string {
  if (!(value instanceof Secret)) return value
  return `${URL.parse(value.reveal())?.host ?? 'an address'} (address is secret)`
}
