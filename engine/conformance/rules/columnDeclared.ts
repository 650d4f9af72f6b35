import { TOP } from '../lowerSpec';
import { catalogColumns, outputKnown } from './columns';
import { yamlPlace, type Rule } from './rule';

/** COL005: YAML describes a column that does not come out. */
export const columnDeclared: Rule = {
  code: 'COL005',
  title: 'YAML column that does not exist',
  question: 'Does every column the YAML describes come out?',
  severity: 'warning',
  group: 'columns',
  evidence: 'the YAML, the SQL, the catalog',
  gives: 'finding',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nfrom: customers\n',
    good: "select customer_id from {{ ref('customers') }}",
    bad: "select customer_id from {{ ref('customers') }}",
    goodYaml: 'version: 2\nmodels:\n  - name: example\n    columns:\n      - name: customer_id\n',
    badYaml: 'version: 2\nmodels:\n  - name: example\n    columns:\n      - name: customer_key\n',
  },
  judge(stage, comparison) {
    const { node, env } = comparison;
    const model = stage.view?.pair.model;
    if (stage.id !== TOP || !node || !model) return {};
    const known = outputKnown(comparison, model);
    const names = known.complete ? known.names : catalogColumns(comparison, stage);
    if (!names) return {};
    const absent = node.columns.filter((column) => column.from !== 'E4' && !names.includes(env.fold({ text: column.name, quoted: column.quoted })) && !names.some((name) => name.toLowerCase() === column.name.toLowerCase()));
    return {
      findings: absent.map((column) => ({
        text: `declared ${column.name}`,
        unspecced: false,
        model: column.place ? [yamlPlace(column.place, column.name)] : [],
        message: `The YAML describes the column ${column.name}, which ${node.name} does not put out.`,
      })),
    };
  },
};
