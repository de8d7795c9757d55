/**
 * The pipeline worker: journal -> structure -> detect -> spool. Runs in a thread of its own, so that neither rules nor
 * mappings ever stall intake or the API. Deterministic: what it sends depends on the journal and its start message only.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { createJournalReader } from '#collect/index.ts'
import type { FromWorker, PipelineStart, ToWorker } from './protocol.ts'
import { createStage } from './stage.ts'
import { runWorker } from './worker-loop.ts'

const port = parentPort
if (!port) throw new Error('the pipeline worker runs in a worker thread only')

const start: PipelineStart = workerData
const send = (message: FromWorker) => port.postMessage(message)
const reader = createJournalReader({ folder: start.journalFolder })
const stage = createStage(start)
const loop = runWorker({ start, reader, stage, send })
port.on('message', (message: ToWorker) => loop.take(message))
send({
  kind: 'ready',
  rules: stage.ruleSet.rules,
  problems: stage.ruleSet.problems,
  restored: stage.restored,
})
