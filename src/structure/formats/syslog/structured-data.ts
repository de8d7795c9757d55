const ELEMENT = /^\[([^\s=\]"]{1,64})((?: +[^\s=\]"]{1,64}="(?:[^"\\]|\\.)*")*) *\]/
const PARAM = /([^\s=\]"]+)="((?:[^"\\]|\\.)*)"/g

/** More elements than any sender writes; what follows them is message. */
const MAX_ELEMENTS = 64

/** Parameters by element id, and what follows the structured data. */
interface StructuredData {
  readonly data: Record<string, unknown> | undefined
  readonly rest: string
}

/** Reads RFC 5424 structured data from the start of a text; a text without any comes back whole. */
export function parseStructuredData(text: string): StructuredData {
  if (text.startsWith('- ')) return { data: undefined, rest: text.slice(2) }
  if (text === '-') return { data: undefined, rest: '' }
  let rest = text
  const data: [string, Record<string, string>][] = []
  for (
    let found = ELEMENT.exec(rest);
    found && data.length < MAX_ELEMENTS;
    found = ELEMENT.exec(rest)
  ) {
    const params = [...(found[2] ?? '').matchAll(PARAM)].map((param): [string, string] => [
      param[1] ?? '',
      (param[2] ?? '').replace(/\\(["\\\]])/g, '$1'),
    ])
    data.push([found[1] ?? '', Object.fromEntries(params)])
    rest = rest.slice(found[0].length)
  }
  if (data.length === 0) return { data: undefined, rest: text }
  return { data: Object.fromEntries(data), rest: rest.startsWith(' ') ? rest.slice(1) : rest }
}
