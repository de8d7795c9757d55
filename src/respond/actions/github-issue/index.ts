import { z } from 'zod'
import type { EgressResponse } from '#base/egress.ts'
import { Failure, reasonOf } from '#base/failure.ts'
import { parseJson } from '#base/json.ts'
import {
  type Act,
  type ActionContext,
  defineAction,
  type Probe,
  SecretValue,
} from '../../action.ts'
import { actFromError, actFromResponse } from '../../http.ts'

const input = z.strictObject({
  repository: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/, 'expected owner/name')
    .describe('Repository, owner/name.'),
  title: z.string().min(1, 'expected a title').describe('Title; cut after 250 characters.'),
  body: z.string().max(60_000).default('').describe('Text, Markdown.'),
  labels: z.array(z.string().min(1).max(50)).max(20).default([]).describe('Labels.'),
  token: SecretValue.describe('Token with write access to issues, as ${env:NAME}.'),
  api: z
    .url()
    .default('https://api.github.com')
    .describe('API address; change for GitHub Enterprise.'),
})
type Input = z.output<typeof input>

const Issue = z.object({
  number: z.int(),
  state: z.string(),
  html_url: z.string().default(''),
  body: z.string().nullish(),
})

const PAGE = 100
const MAX_PAGES = 5

/** Opens an issue and marks it, so that it is found again and never opened twice. */
export const githubIssue = defineAction({
  name: 'github-issue',
  summary: 'Opens an issue on GitHub, marked so that it is never opened twice; undo closes it.',
  input,
  needs: ['a token with write access to issues of the repository'],
  reversible: true,
  fixed: ['repository', 'token', 'api', 'labels'],
  // No mentions, no HTML, no forged marker; the sign after @ has no width.
  escape: (text) => text.replaceAll('<', '&lt;').replaceAll('@', '@\u200b'),
  async dryRun(wanted, context) {
    const access = await checkAccess(wanted, context)
    const lines = [
      `Issue in ${wanted.repository}: ${shortTitle(wanted)}`,
      ...wanted.body.split('\n'),
    ]
    return access === undefined ? lines : [...lines, `Would fail now: ${access}`]
  },
  probe: findIssue,
  async act(wanted, context) {
    const { title, body, labels } = { ...wanted, title: shortTitle(wanted) }
    const payload = { title, body: `${body}\n\n${markerOf(context)}`, labels }
    return change(wanted, context, { method: 'POST', path: '/issues', payload })
  },
  verify: findIssue,
  async undo(wanted, context): Promise<Act> {
    const found = await findNumber(wanted, context)
    if (typeof found === 'string') return { happened: 'no', detail: found }
    const payload = { state: 'closed', state_reason: 'not_planned' }
    return change(wanted, context, { method: 'PATCH', path: `/issues/${found.number}`, payload })
  },
})

const shortTitle = ({ title }: Input) => title.replaceAll(/\s+/g, ' ').slice(0, 250)
const markerOf = ({ key }: ActionContext) => `<!-- vedette:${key} -->`

interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST'
  readonly path: string
  readonly payload?: unknown
}

function call(
  wanted: Input,
  context: ActionContext,
  { method, path, payload }: Call,
): Promise<EgressResponse> {
  return context.egress.send({
    method,
    url: `${wanted.api.replace(/\/$/, '')}/repos/${wanted.repository}${path}`,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${wanted.token.reveal()}`,
      'content-type': 'application/json',
      'user-agent': 'vedette',
      'x-github-api-version': '2022-11-28',
    },
    ...(payload === undefined ? {} : { body: JSON.stringify(payload) }),
    maxBytes: 16 * 1024 * 1024,
  })
}

async function change(wanted: Input, context: ActionContext, request: Call): Promise<Act> {
  try {
    const response = await call(wanted, context, request)
    const made = parseJson(response.body)
    const issue = made.ok ? Issue.safeParse(made.value) : undefined
    const name = issue?.success ? `${wanted.repository}#${issue.data.number}` : wanted.repository
    return actFromResponse(response, `issue ${name}`)
  } catch (error) {
    return actFromError(error)
  }
}

async function checkAccess(wanted: Input, context: ActionContext): Promise<string | undefined> {
  try {
    const { status } = await call(wanted, context, { method: 'GET', path: '' })
    return status === 200 ? undefined : `GitHub answers ${status} for ${wanted.repository}`
  } catch (error) {
    if (error instanceof Failure) return error.message
    throw error
  }
}

async function findIssue(wanted: Input, context: ActionContext): Promise<Probe> {
  const found = await findNumber(wanted, context)
  if (typeof found !== 'string')
    return { state: 'done', detail: `issue ${wanted.repository}#${found.number} is ${found.state}` }
  return { state: found === NONE ? 'not-done' : 'unknown', detail: found }
}

const NONE = 'there is no issue with the mark of this step'

/** The issue with the mark of this step; NONE when the newest pages were read and hold none; else why that is not known. */
async function findNumber(
  wanted: Input,
  context: ActionContext,
): Promise<z.output<typeof Issue> | string> {
  try {
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const path = `/issues?state=all&sort=created&direction=desc&per_page=${PAGE}&page=${page}`
      const response = await call(wanted, context, { method: 'GET', path })
      if (response.status !== 200) return `GitHub answers ${response.status} for the list of issues`
      const parsed = parseJson(response.body)
      if (!parsed.ok || !Array.isArray(parsed.value)) return 'the list of issues was not readable'
      const issues = parsed.value
        .map((one: unknown) => Issue.safeParse(one))
        .flatMap((one) => one.data ?? [])
      const marked = issues.find((issue) => issue.body?.includes(markerOf(context)))
      if (marked) return marked
      if (parsed.value.length < PAGE) return NONE
    }
    return `the newest ${MAX_PAGES * PAGE} issues do not hold the mark; older ones were not read`
  } catch (error) {
    return reasonOf(error)
  }
}
