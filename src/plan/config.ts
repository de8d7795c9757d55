import { dirname } from 'node:path'
import { z } from 'zod'
import type { Secret } from '#base/secret.ts'
import { deepFreeze, inOrder, loadChecked } from './load.ts'
import { type CheckedFile, type PlanProblem, problemAt } from './problem.ts'
import { isSecretReference, resolveSecret, type SecretSource } from './secrets.ts'

/** An address to listen on. */
export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Splits `127.0.0.1:5514`, `[::1]:5514`, `localhost:0`; undefined for anything else. */
export function parseHostPort(text: string): HostPort | undefined {
  const [, six, plain, port = ''] =
    /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(text) ?? []
  const host = six ?? plain
  if (host === undefined || Number(port) > 65_535) return undefined
  return { host, port: Number(port) }
}

const Listen = z
  .string()
  .refine((text) => parseHostPort(text) !== undefined, 'expected host:port like 127.0.0.1:7480')
  .transform((text) => parseHostPort(text) ?? { host: '127.0.0.1', port: 0 })

const Path = z.string().min(1, 'expected a path')
const Paths = z.array(Path).max(1_000)

function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}

/** vedette.yaml: addresses, folders, inputs, secrets. Every key is optional. */
export const CONFIG_SCHEMA = z.strictObject({
  listen: z
    .strictObject({
      http: Listen.prefault('127.0.0.1:7480').describe('Console, API and HTTP intake.'),
      syslog: z
        .union([z.literal('off'), Listen], 'expected host:port like 127.0.0.1:5514, or off')
        .prefault('127.0.0.1:5514')
        .describe('Syslog by UDP and TCP, or off.'),
    })
    .prefault({})
    .describe('Addresses to listen on.'),
  data: Path.default('./.vedette').describe('Folder for journal, stores and state.'),
  plan: Path.optional().describe('The plan file; plan.yaml beside this file when absent.'),
  rules: Paths.default([]).describe('Folders or files with further rules.'),
  playbooks: Paths.default([]).describe('Folders or files with further playbooks.'),
  indicators: Paths.default([]).describe('CSV files with indicators.'),
  inputs: z
    .array(z.looseObject({ kind: z.enum(['evtx', 'file', 'journald', 'stdin']) }))
    .max(1_000)
    .default([])
    .describe('Further inputs: file, journald, stdin, evtx, each with its own settings.'),
  webhooks: z
    .record(
      z.string(),
      z.strictObject({
        secret: z
          .string()
          .refine(
            isSecretReference,
            'expected ${env:NAME} or ${file:path}, never the secret itself',
          )
          .describe('Shared secret that signs the deliveries.'),
      }),
    )
    .default({})
    .describe('Secrets of webhook senders by source id.'),
  egress: z
    .strictObject({
      allow: z
        .array(z.string().min(1))
        .max(1_000)
        .default([])
        .describe('Private hosts that may be called all the same.'),
    })
    .prefault({})
    .describe('Outbound requests.'),
  ownLogs: z.boolean().default(true).describe("Read this machine's own logs."),
  retention: z
    .strictObject({
      days: z.int().min(1).max(3_650).default(30).describe('Days that events are kept.'),
    })
    .prefault({})
    .describe('How long events are kept.'),
  zone: z
    .string()
    .refine(isZone, 'expected a time zone like Europe/Berlin')
    .default('UTC')
    .describe('Zone of records that carry none.'),
})

type ConfigValue = z.output<typeof CONFIG_SCHEMA>

/** vedette.yaml, checked and frozen. Paths are as written. */
export interface Config extends Readonly<Omit<ConfigValue, 'webhooks'>> {
  readonly path: string
  readonly webhooks: Readonly<Record<string, { readonly secret: Secret }>>
  /** Line of each item of `inputs`, for problems that the input finds itself. */
  readonly inputLines: readonly number[]
}

/** Reads vedette.yaml; '' gives all defaults. Gives the frozen config, or every problem at once. */
export function loadConfig(
  text: string,
  path: string,
  secrets: SecretSource,
): { config?: Config; problems: readonly PlanProblem[] } {
  const loaded = loadChecked(text, path, CONFIG_SCHEMA)
  if (!loaded.value) return { problems: loaded.problems }
  const { file, value } = loaded
  const { webhooks, problems } = resolveWebhooks(file, value, secrets)
  if (problems.length > 0) return { problems: inOrder(problems) }
  const inputLines = value.inputs.map((_, index) => file.yaml.placeOf(['inputs', index]).line)
  return { config: deepFreeze({ ...value, webhooks, path, inputLines }), problems: [] }
}

function resolveWebhooks(file: CheckedFile, value: ConfigValue, secrets: SecretSource) {
  const webhooks: Record<string, { secret: Secret }> = {}
  const problems: PlanProblem[] = []
  for (const [source, { secret }] of Object.entries(value.webhooks)) {
    const found = resolveSecret(secret, { source: secrets, folder: dirname(file.path) })
    if (found.ok) webhooks[source] = { secret: found.value }
    else
      problems.push(
        problemAt(file, ['webhooks', source, 'secret'], { message: found.detail ?? found.code }),
      )
  }
  return { webhooks, problems }
}
