import { compareModel, type ModelReport } from '../../engine/conformance';
import { lookupModel, openProject } from '../../engine/project';
import { DEFAULT_CONFIG, parseSpec } from '../../engine/spec';
import { createSqlService } from '../../engine/sql';
import { memoryWorkspace } from './memoryWorkspace';

const BASE = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml': 'shop:\n  target: dev\n  outputs:\n    dev: { type: duckdb }\n',
  'models/customers.sql': 'select 1 as customer_id',
  'models/payments.sql': 'select 1 as payment_id',
  'models/orders.sql': 'select 1 as order_id',
  'models/props.yml': `models:
  - name: m
    columns: [{ name: customer_id, tests: [unique, not_null] }]
  - name: customers
    columns: [{ name: customer_id, tests: [unique] }]
`,
};

/** Compares the model `m` of that SQL with a technical spec; `spec` leaves out the two head lines. */
export async function compare(sql: string, spec: string, files: Record<string, string> = {}): Promise<ModelReport> {
  const workspace = memoryWorkspace({ ...BASE, 'models/m.sql': sql, ...files });
  const project = await openProject(workspace);
  const document = parseSpec('specs/m.technical.spec.yml', `spec: technical/v1\nmodel: m\n${spec}`);
  const found = lookupModel(project, 'm');
  const context = { workspace, project, sql: await createSqlService(), config: DEFAULT_CONFIG, specs: [document] };
  return compareModel(context, document, found.kind === 'one' ? found.node : undefined);
}

/** `id → verdict` of every clause that does not match, and the unspecced findings by rule. */
export function troubles(report: ModelReport): Record<string, string> {
  const clauses = report.clauses.filter((c) => c.verdict !== 'matches').map((c) => [c.id, `${c.verdict} ${c.rule}`] as const);
  const findings = report.findings.filter((f) => f.unspecced).map((f) => [f.rule, 'unspecced'] as const);
  return Object.fromEntries([...clauses, ...findings]);
}
