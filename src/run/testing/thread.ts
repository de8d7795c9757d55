import type { JournalReader } from '#base/journal.ts'
import type { PipelineThread } from '../pipeline/host.ts'
import type { FromWorker, PipelineStart, ToWorker } from '../pipeline/protocol.ts'
import { createStage } from '../pipeline/stage.ts'
import { runWorker, type WorkerLoop } from '../pipeline/worker-loop.ts'

/**
 * The real worker loop in this thread. Messages are copied and arrive later and in order, as between threads. `kill`
 * ends it without a goodbye: nothing it says is heard and it reads no more.
 */
export function openTestThread(
  start: PipelineStart,
  reader: JournalReader,
  maxRecords: number,
): PipelineThread & { kill(): void } {
  const stage = createStage(start)
  const heard: ((message: FromWorker) => void)[] = []
  const exits: (() => void)[] = []
  let isDead = false
  const later = (act: () => void) => {
    setImmediate(() => {
      if (!isDead) act()
    })
  }
  const send = (message: FromWorker) => {
    const copy = structuredClone(message)
    later(() => {
      for (const listener of heard) listener(copy)
    })
  }
  const slowReader: JournalReader = {
    read: (seq, limits) =>
      isDead ? new Promise(() => undefined) : reader.read(seq, { ...limits, maxRecords }),
  }
  const loop: WorkerLoop = runWorker({ start, reader: slowReader, stage, send })
  const { rules, problems } = stage.ruleSet
  send({ kind: 'ready', rules, problems, restored: stage.restored })
  return {
    postMessage(message: ToWorker) {
      const copy = structuredClone(message)
      later(() => loop.take(copy))
    },
    on(event: 'message' | 'error' | 'exit', listener: (given: never) => void) {
      // The overloads say which listener belongs to which event.
      if (event === 'message') heard.push(listener as (message: FromWorker) => void)
      if (event === 'exit') exits.push(listener as () => void)
    },
    async terminate() {
      isDead = true
      for (const exit of exits) exit()
    },
    kill() {
      isDead = true
      loop.take({ kind: 'stop' })
    },
  }
}
