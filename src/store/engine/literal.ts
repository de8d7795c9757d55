/** Values for the `{name:Type}` places of a statement. Types: String, Int64, Float64, Array(String), Array(Int64). */
export type Params = Readonly<
  Record<string, string | number | readonly string[] | readonly number[]>
>

const PLACE = /\{(\w+):(String|Int64|Float64|Array\(String\)|Array\(Int64\))\}/g

/**
 * The statement with its values as literals, each byte of a text as `\\xHH`, so that no value can end its quotes.
 * The embedded engine shares bound parameters between sessions and would run such queries one by one; a server binds
 * the same statements itself. Throws on a missing value or a number that is none: that is a bug of the caller.
 */
export function renderSql(sql: string, params: Params): string {
  return sql.replace(PLACE, (_, name: string, type: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined
    if (value === undefined) throw new Error(`no value for ${name}`)
    return literal(type, value)
  })
}

function literal(type: string, value: Params[string]): string {
  if (type === 'String' && typeof value === 'string') return textLiteral(value)
  if (type === 'Int64' && typeof value === 'number') return integerLiteral(value)
  if (type === 'Float64' && typeof value === 'number') return floatLiteral(value)
  if (type.startsWith('Array(') && typeof value === 'object') {
    const items = value.map((item) => literal(type.slice(6, -1), item))
    return items.length === 0 ? `CAST([], '${type}')` : `[${items.join(', ')}]`
  }
  throw new Error(`a value does not fit ${type}`)
}

function textLiteral(text: string): string {
  return `'${Buffer.from(text, 'utf8').toString('hex').replace(/../g, '\\x$&')}'`
}

function integerLiteral(value: number): string {
  if (!Number.isSafeInteger(value)) throw new Error('an integer is out of range')
  return value < 0 ? `(${value})` : String(value)
}

function floatLiteral(value: number): string {
  if (!Number.isFinite(value)) throw new Error('a number is not finite')
  return `toFloat64('${value}')`
}
