/** Server-wide caps of the embedded engine: the defaults are for a machine of its own. */
export function serverConfig(options: { memoryBytes: number }): string {
  const values: readonly (readonly [string, number | string])[] = [
    ['max_server_memory_usage', options.memoryBytes],
    ['mark_cache_size', 64 * 1024 * 1024],
    ['index_mark_cache_size', 32 * 1024 * 1024],
    ['uncompressed_cache_size', 0],
    ['index_uncompressed_cache_size', 0],
    ['query_condition_cache_size', 16 * 1024 * 1024],
    ['compiled_expression_cache_size', 16 * 1024 * 1024],
    ['background_pool_size', 2],
    ['background_merges_mutations_concurrency_ratio', 2],
    ['background_schedule_pool_size', 4],
    ['background_common_pool_size', 2],
    ['background_move_pool_size', 1],
    ['background_fetches_pool_size', 1],
  ]
  const free = ['execute_mutation', 'lower_max_size_of_merge', 'execute_optimize_entire_partition']
  const mergeTree = free.map((each): [string, number] => [
    `number_of_free_entries_in_pool_to_${each}`,
    1,
  ])
  return `<clickhouse>${elements(values)}<merge_tree>${elements(mergeTree)}</merge_tree><logger><level>none</level></logger></clickhouse>\n`
}

function elements(values: readonly (readonly [string, number | string])[]): string {
  return values.map(([name, value]) => `<${name}>${value}</${name}>`).join('')
}
