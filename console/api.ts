import type { Problem } from '#serve/contract/problem.ts'

/** A refusal of the server, with the way out. */
export class ApiProblem extends Error {
  readonly status: number
  readonly hint: string
  readonly details: readonly string[]

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? `The server answered ${status}.`)
    this.status = status
    this.hint = problem.hint ?? ''
    this.details = problem.details ?? []
  }
}

/** Values of a query string; absent ones are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>

/** Reads one address of the API. Throws ApiProblem. */
export async function read<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const words = queryText(query)
  const address = words === '' ? path : `${path}?${words}`
  return answer<T>(await reach(address, signal ? { signal } : {}))
}

/** Sends a change. Throws ApiProblem. */
export async function send<T>(path: string, body: unknown = {}): Promise<T> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
  return answer<T>(await reach(path, init))
}

/** The query string of values, without `?`. */
export function queryText(query: Query): string {
  const words = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') words.set(name, String(value))
  return words.toString()
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiProblem(0, {
      detail: 'The server does not answer.',
      hint: 'Check that Vedette runs; this page goes on by itself.',
    })
  }
}

async function answer<T>(response: Response): Promise<T> {
  const text = await response.text()
  const body: unknown = text === '' ? null : JSON.parse(text)
  // The server checks each answer against its contract before it sends it.
  if (response.ok) return body as T
  throw new ApiProblem(response.status, typeof body === 'object' && body !== null ? body : {})
}
