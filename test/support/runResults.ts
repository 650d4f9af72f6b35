/** One result as dbt 1.11 writes it. */
export function runResult(id: string, status: string, over: object = {}): object {
  return {
    status, timing: [{ name: 'compile', started_at: '2026-11-30T12:00:00.000000Z', completed_at: '2026-11-30T12:00:01.000000Z' }, { name: 'execute', started_at: '2026-11-30T12:00:01.000000Z', completed_at: '2026-11-30T12:00:02.123456Z' }],
    thread_id: 'Thread-1 (worker)', execution_time: 0.25, adapter_response: { _message: 'OK' }, message: null, failures: status === 'pass' ? 0 : null, unique_id: id, compiled: true, compiled_code: 'select "a", \'{}[]\'\n', relation_name: null, batch_results: null, ...over,
  };
}

/** A run_results.json as dbt 1.11 writes it; `which` is the command, `over` goes over its metadata. */
export function runResults(results: readonly object[], which = 'build', over: object = {}): string {
  return JSON.stringify({
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json', dbt_version: '1.11.16', generated_at: '2026-11-30T12:00:03.000000Z', invocation_id: 'run-1', invocation_started_at: '2026-11-30T12:00:00.000000Z', env: {}, ...over },
    results, elapsed_time: 3.1, args: { which, project_dir: '.', quiet: false },
  });
}
