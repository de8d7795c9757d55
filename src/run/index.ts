/*
 * run: wires the rooms into a running Vedette.
 * In: configuration, plan and content as files; a data folder.
 * Out: a running server (`startVedette`), one-time looks (`scan`, `parseFiles`), and the way to ask a server beside us.
 * Siblings (collect, structure, store, detect, intel) meet only here.
 * Never: parses, detects or decides itself.
 */
export { openBeside } from './beside.ts'
export { readContent, shippedContent } from './content.ts'
export { freshDemoFolder, loadDemo } from './demo-data.ts'
export { loadAll, readConfig, readIndicators, readPlan } from './load.ts'
export { parseFiles } from './parse.ts'
export { packageRoot } from './places.ts'
export { type ScanResult, scan } from './scan.ts'
export { type Running, startVedette } from './start.ts'
