import { Option, type Command } from 'commander';
import { compareModel } from '../../engine/conformance';
import type { ModelReport } from '../../engine/conformance/types';
import { lookupModel } from '../../engine/project';
import type { RelationNode, Tier } from '../../engine/project/types';
import type { SpecDocument } from '../../engine/spec';
import { envelopeOf, loadProject, type Project } from '../context';
import { EXIT, UsageError, worstExit } from '../exit';
import { fails, failLevelOf } from '../failLevel';
import type { Io } from '../io';
import { formatOf, print } from '../printers';
import { addOutputOptions, type OutputOptions } from '../options';
import { selectNodes } from '../select';
import { selectionContext } from '../selection';

interface DiffOptions extends OutputOptions {
  all?: boolean;
  select?: string[];
  exclude?: string[];
  state?: string;
  requireEvidence?: Tier;
}

/** `specline diff`: code against spec. */
export function addDiff(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('diff')
    .summary('compare models with their specs, clause by clause')
    .description('Compares what a dbt model does with what its technical spec says, clause by clause: matches, differs, or can’t tell and why; and lists logic no spec line accounts for.')
    .argument('[models...]', 'models, as name, package.name or name.v2')
    .option('--all', 'every model that has a technical spec')
    .option('-s, --select <selector...>', 'dbt selectors: names, paths, tag:x, +, state:modified')
    .option('--exclude <selector...>', 'dbt selectors of models to leave out')
    .option('--state <folder>', 'folder with the manifest.json that state:modified compares with')
    .addOption(new Option('--require-evidence <tier>', 'exit 3 where a model was judged from less').choices(['E1', 'E2', 'E3', 'E4']))
    .addHelpText('after', '\nExamples:\n  specline diff customer_value\n  specline diff --all --format json\n  specline diff --select tag:finance+ --fail-on warning\n  specline diff customer_value --format html > customer_value.html\n');
  addOutputOptions(command).action(async (models: string[], options: DiffOptions) => done(await diff(models, options, io)));
}

/** Runs the comparison and prints it; gives the exit code. */
export async function diff(models: readonly string[], options: DiffOptions, io: Io): Promise<number> {
  const format = formatOf(options.format);
  const level = failLevelOf(options.failOn);
  if (models.length === 0 && !options.all && !options.select) throw new UsageError('Name a model, or give --select or --all.');
  const loaded = await loadProject(io.cwd, options.projectDir);
  const { specs, missing } = await wanted(loaded, models, options);
  const reports: ModelReport[] = [];
  for (const spec of specs) reports.push(await compareModel(loaded, spec, nodeOf(loaded, spec)));
  const envelope = { ...envelopeOf('diff', loaded), models: reports };
  envelope.notices = [...envelope.notices, ...missing.map((message) => ({ code: 'SPEC040', severity: 'warning' as const, message }))];
  io.out(print(envelope, format, io));
  return worstExit([fails(envelope, level) ? EXIT.findings : EXIT.clean, lacksEvidence(reports, options.requireEvidence) ? EXIT.evidence : EXIT.clean]);
}

function lacksEvidence(reports: readonly ModelReport[], required: Tier | undefined): boolean {
  return required !== undefined && reports.some((report) => report.evidence.tier < required);
}

function nodeOf(loaded: Project, spec: SpecDocument): RelationNode | undefined {
  const name = spec.facts?.model?.value;
  if (name === undefined) return undefined;
  const found = lookupModel(loaded.project, name);
  return found.kind === 'one' ? found.node : undefined;
}

async function wanted(loaded: Project, models: readonly string[], options: DiffOptions): Promise<{ specs: SpecDocument[]; missing: string[] }> {
  const technical = loaded.specs.filter((spec) => spec.kind === 'technical');
  const named = models.map((name) => specOfModel(loaded, technical, name));
  if (models.length > 0 && !options.select && !options.all) return { specs: named, missing: [] };
  const ids = selectNodes(await selectionContext(loaded, options.state), options.select ?? [], options.exclude ?? []);
  const selected = technical.filter((spec) => {
    const node = nodeOf(loaded, spec);
    return node ? ids.has(node.uniqueId) : options.all === true;
  });
  const specced = new Set(selected.map((spec) => nodeOf(loaded, spec)?.uniqueId));
  const bare = options.select ? [...ids].filter((id) => !specced.has(id) && /^(model|snapshot)\./.test(id)) : [];
  return {
    specs: [...new Set([...named, ...selected])],
    missing: bare.map((id) => `${id} has no technical spec, so nothing of it was compared; write one with \`specline infer ${id.split('.')[2] ?? id}\`.`),
  };
}

function specOfModel(loaded: Project, technical: readonly SpecDocument[], name: string): SpecDocument {
  const found = lookupModel(loaded.project, name);
  if (found.kind === 'ambiguous') throw new UsageError(`"${name}" names several models: ${found.candidates.join(', ')}; write package.name.`);
  const spec = technical.find((s) => (found.kind === 'one' ? nodeOf(loaded, s) === found.node : s.facts?.model?.value === name));
  if (spec) return spec;
  if (found.kind === 'one') throw new UsageError(`${name} has no technical spec; write one with \`specline generate\` or \`specline infer ${name}\`.`);
  const hint = found.candidates[0] ? ` Did you mean ${found.candidates[0].split('.').slice(2).join('.')}?` : '';
  throw new UsageError(`There is no model "${name}" in this project.${hint}`);
}
