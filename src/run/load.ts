import { existsSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Clock } from '#base/clock.ts'
import { Failure, reasonOf } from '#base/failure.ts'
import { readIndicatorFile } from '#intel/index.ts'
import {
  type Config,
  defaultPlan,
  loadConfig,
  loadPlan,
  type Plan,
  systemSecrets,
} from '#plan/index.ts'
import type { Indicator } from '#shape/indicator.ts'
import { type ContentFile, readContent, shippedContent, type UnreadableFile } from './content.ts'

/** Everything that a person wrote, read and checked: what the server is started with. */
export interface Loaded {
  readonly config: Config
  readonly plan: Plan
  /** Path of the plan file, '' when there is none yet. */
  readonly planPath: string
  readonly rulePaths: readonly string[]
  readonly ruleFiles: readonly ContentFile[]
  readonly playbookFiles: readonly ContentFile[]
  readonly indicators: readonly Indicator[]
  /** Files that could not be read or lines that could not be used; the rest runs. */
  readonly complaints: readonly UnreadableFile[]
}

/** Reads vedette.yaml; without a path `vedette.yaml` of the current folder when it is there, else all defaults. Throws `config.invalid` with every problem. */
export function readConfig(path?: string): Config {
  const file = path ?? (existsSync('vedette.yaml') ? 'vedette.yaml' : undefined)
  const loaded = loadConfig(file === undefined ? '' : readText(file), file ?? '', systemSecrets)
  if (!loaded.config) throw invalid('config.invalid', file ?? 'vedette.yaml', loaded.problems)
  return loaded.config
}

/** Reads a plan file. Throws `plan.invalid` with every problem and its line. */
export function readPlan(path: string): Plan {
  const loaded = loadPlan(readText(path), path)
  if (!loaded.plan) throw invalid('plan.invalid', path, loaded.problems)
  return loaded.plan
}

/** Reads all content that the configuration names, and what comes with Vedette. */
export function loadAll(config: Config, clock: Clock): Loaded {
  const base = config.path === '' ? process.cwd() : dirname(resolve(config.path))
  const at = (path: string) => (isAbsolute(path) ? path : join(base, path))
  const planPath = config.plan === undefined ? join(base, 'plan.yaml') : at(config.plan)
  const hasPlan = config.plan !== undefined || existsSync(planPath)
  const plan = hasPlan ? readPlan(planPath) : defaultPlan()
  const shipped = shippedContent()
  const rulePaths = [...shipped.rules.filter((path) => existsSync(path)), ...config.rules.map(at)]
  const rules = readContent(rulePaths)
  const playbooks = readContent([
    ...shipped.playbooks.filter((path) => existsSync(path)),
    ...config.playbooks.map(at),
  ])
  const intel = loadIndicators(config.indicators.map(at), { plan, clock })
  return {
    config,
    plan,
    planPath: hasPlan ? planPath : '',
    rulePaths,
    ruleFiles: rules.files,
    playbookFiles: playbooks.files,
    indicators: intel.indicators,
    complaints: [...rules.unreadable, ...playbooks.unreadable, ...intel.complaints],
  }
}

/** Reads indicator files for a one-time look; lines that give none are left out. */
export function readIndicators(paths: readonly string[], clock: Clock): Indicator[] {
  return [...loadIndicators(paths, { plan: defaultPlan(), clock }).indicators]
}

function loadIndicators(paths: readonly string[], context: { plan: Plan; clock: Clock }) {
  const indicators: Indicator[] = []
  const complaints: UnreadableFile[] = []
  for (const path of paths) {
    const read = readIndicatorFile(readText(path), {
      path,
      now: context.clock.micros(),
      ownNetworks: context.plan.networks,
    })
    indicators.push(...read.indicators)
    for (const problem of read.problems)
      complaints.push({ path: `${path}:${problem.line}`, reason: problem.text })
  }
  return { indicators, complaints }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Failure('collect.unreadable', `${path}: ${reasonOf(error)}`, { cause: error })
  }
}

function invalid(
  code: 'config.invalid' | 'plan.invalid',
  path: string,
  problems: readonly { text: string }[],
): Failure {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  return new Failure(code, `${path} has ${count}`, {
    details: problems.map((problem) => problem.text),
  })
}
