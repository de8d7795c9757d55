/** The one place where import order is said: each room and the rooms whose doors it may open. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  shape: ['base'],
  plan: ['base', 'shape'],
  collect: ['base', 'shape', 'plan'],
  structure: ['base', 'shape', 'plan'],
  store: ['base', 'shape', 'plan'],
  intel: ['base', 'shape', 'plan'],
  detect: ['base', 'shape'],
  incident: ['base', 'shape', 'plan'],
  respond: ['base', 'shape', 'plan', 'incident'],
  serve: [
    'base',
    'shape',
    'plan',
    'collect',
    'structure',
    'store',
    'intel',
    'detect',
    'incident',
    'respond',
  ],
  run: [
    'base',
    'shape',
    'plan',
    'collect',
    'structure',
    'store',
    'intel',
    'detect',
    'incident',
    'respond',
    'serve',
  ],
  cli: [
    'base',
    'shape',
    'plan',
    'collect',
    'structure',
    'store',
    'intel',
    'detect',
    'incident',
    'respond',
    'serve',
    'run',
  ],
}

/** Rooms that touch no disk, network, clock or process. */
export const PURE_ROOMS: readonly string[] = ['shape', 'structure', 'detect', 'incident']

/** Rooms whose files may all be imported; of the others only `index.ts`. */
export const OPEN_ROOMS: readonly string[] = ['base', 'shape']
