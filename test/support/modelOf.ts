type Data = Record<string, unknown>;

interface JoinData {
  to: string;
  keys: (string | { left: string; right: string })[];
}

/** A model that does what a technical spec of left joins, filters, groups and columns says: one CTE a step. */
export function modelOf(spec: Data): string {
  const inputs = new Map(list(spec['inputs']).map((input) => [String(input['as'] ?? input['ref']), `{{ ref('${String(input['ref'])}') }}`]));
  const steps = list(spec['steps']).map((step) => `${String(step['name'])} as (\n${selectOf(step, inputs)}\n)`);
  return `${steps.length > 0 ? `with ${steps.join(',\n')}\n` : ''}${selectOf(spec, inputs)}\n`;
}

function selectOf(stage: Data, inputs: ReadonlyMap<string, string>): string {
  const from = String(stage['from']);
  const attach = (name: string): string => (inputs.has(name) ? `${inputs.get(name) ?? ''} as ${name}` : name);
  const joins = list(stage['joins']) as unknown as JoinData[];
  const columns = list(stage['columns']).map((column) => {
    const source = (column['from'] as string[] | undefined)?.[0];
    const value = column['expression'] ?? source ?? (column['implements'] ? 'null' : undefined);
    return value === undefined ? String(column['name']) : `${String(value)} as ${String(column['name'])}`;
  });
  const by = (stage['aggregate'] as { by: string[] } | undefined)?.by.map((name) => String(list(stage['columns']).find((column) => column['name'] === name)?.['expression'] ?? name));
  const filters = list(stage['filters']).map((filter) => String(filter['expression']));
  return [
    `select ${columns.join(', ')}`,
    `from ${attach(from)}`,
    ...joins.map((join) => `left join ${attach(join.to)} on ${join.keys.map((key) => (typeof key === 'string' ? `${from}.${key} = ${join.to}.${key}` : `${key.left} = ${join.to}.${key.right}`)).join(' and ')}`),
    ...(filters.length > 0 ? [`where ${filters.join(' and ')}`] : []),
    ...(by ? [`group by ${by.join(', ')}`] : []),
  ].join('\n');
}

function list(value: unknown): Data[] {
  return Array.isArray(value) ? (value as Data[]) : [];
}
