import type { Native, TextFormat } from '../../native.ts'

/** Any text: the whole line is the field `message`. Reads everything, so it comes last. */
export const text: TextFormat = {
  kind: 'text',
  name: 'text',
  summary: 'A line of text without a structure of its own.',
  read(line) {
    const native: Native = { format: 'text', fields: { message: line }, text: line }
    return native
  },
}
