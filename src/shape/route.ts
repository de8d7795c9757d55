/**
 * How records find their source: all given tests must hold; `*` in a text matches any run of characters.
 * The most specific route wins (most tests, then order in the plan).
 */
export interface SourceRoute {
  /** Source id of the plan. */
  readonly id: string
  /** Family it speaks; absent = recognise each record by its content. */
  readonly family?: string
  /** Feed of the input: `http:okta`, `syslog`, `file:/var/log/auth.log`. */
  readonly feed?: string
  /** Host that logged it: syslog header, HEC `host`, winlog Computer, or peer address. */
  readonly host?: string
  /** Syslog app name, HEC sourcetype, `_bulk` index or data stream. */
  readonly app?: string
}
