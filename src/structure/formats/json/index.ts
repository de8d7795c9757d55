import type { Native, ObjectFormat } from '../../native.ts'
import { textOf } from '../../path.ts'

/** One JSON object is one record; its names and values are the native fields. Reads every object. */
export const json: ObjectFormat = {
  kind: 'object',
  name: 'json',
  summary: 'One JSON object, taken as it is.',
  read(object) {
    const text = textOf(object['message']) ?? textOf(object['msg']) ?? ''
    const native: Native = { format: 'json', fields: object, text }
    return [native]
  },
}
