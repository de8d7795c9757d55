import { fileInput } from '../inputs/file/index.ts'
import { openBench } from './context.ts'

/** Runs as a process of its own: follows the files of a pattern until it is killed. */
const [folder = '', pattern = ''] = process.argv.slice(2)
const bench = await openBench(folder)
await fileInput.open({ paths: [pattern], pollMs: 10 }, bench.context)
bench.journal.onDurable((durable) => process.send?.({ durable }))
