/** A process with a store of its own, to be killed: says the engine's process id and waits. */
import { silentLog } from '#base/log.ts'
import { openEventStore } from '#store/index.ts'

const store = await openEventStore({ folder: process.argv[2] ?? '', log: silentLog })
process.send?.((await store.checkHealth()).pid)
setInterval(() => undefined, 1_000)
