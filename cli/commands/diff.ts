import { Option, type Command } from 'commander';
import type { ModelReport } from '../../engine/conformance/types';
import { lookupModel } from '../../engine/project';
import type { Notice, Tier } from '../../engine/project/types';
import type { SpecDocument } from '../../engine/spec';
import { emptyTrace, type Trace } from '../../platform/tracedWorkspace';
import { compareAll, nodeOf } from '../compareAll';
import { envelopeOf, loadProject, projectRoot, withRunNotices, type Project } from '../context';
import { diffAll } from '../diffAll';
import { EXIT, UsageError, worstExit } from '../exit';
import { fails, failLevelOf } from '../failLevel';
import type { Io } from '../io';
import type { Asked } from '../judgeSpec';
import { formatOf, print } from '../printers';
import { addOutputOptions, type OutputOptions } from '../options';
import { remembered } from '../remember';
import { selectNodes } from '../select';
import { selectionContext } from '../selection';

interface DiffOptions extends OutputOptions {
  all?: boolean;
  select?: string[];
  exclude?: string[];
  state?: string;
  requireEvidence?: Tier;
  /** False with --no-cache. */
  cache?: boolean;
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
    .option('--no-cache', 'compare anew, also where --all said the same of the same files before')
    .addHelpText('after', '\nExamples:\n  specline diff customer_value\n  specline diff --all --format json\n  specline diff --select tag:finance+ --fail-on warning\n  specline diff customer_value --format html > customer_value.html\n');
  addOutputOptions(command).action(async (models: string[], options: DiffOptions) => done(await diff(models, options, io)));
}

/** Runs the comparison and prints it; gives the exit code. */
export async function diff(models: readonly string[], options: DiffOptions, io: Io): Promise<number> {
  const format = formatOf(options.format);
  failLevelOf(options.failOn);
  if (models.length === 0 && !options.all && !options.select) throw new UsageError('Name a model, or give --select or --all.');
  // What --state names is read past the workspace.
  if (!options.all || options.cache === false || options.state !== undefined) return compared(models, options, io, emptyTrace());
  return remembered(io, projectRoot(io.cwd, options.projectDir), ['diff', models, { ...options, format }], (own, trace) => compared(models, options, own, trace));
}

async function compared(models: readonly string[], options: DiffOptions, io: Io, trace: Trace): Promise<number> {
  if (options.all && models.length === 0 && !options.select && !options.exclude && options.state === undefined) return diffAll(options.projectDir, askedOf(options, io), io, trace);
  const loaded = await loadProject(io.cwd, options.projectDir, trace);
  const { specs, notices } = wanted(loaded, models, options, io.cwd);
  const reports = await compareAll(loaded, specs);
  const envelope = { ...envelopeOf('diff', await withRunNotices(loaded)), models: reports };
  envelope.notices = [...envelope.notices, ...notices];
  io.out(print(envelope, formatOf(options.format), io, loaded.root));
  return worstExit([loaded.misconfigured ? EXIT.usage : EXIT.clean, fails(envelope, failLevelOf(options.failOn)) ? EXIT.findings : EXIT.clean, lacksEvidence(reports, options.requireEvidence) ? EXIT.evidence : EXIT.clean]);
}

function askedOf(options: DiffOptions, { width, color }: Io): Asked {
  return { format: formatOf(options.format), ...(width === undefined ? {} : { width }), color, failOn: failLevelOf(options.failOn), ...(options.requireEvidence === undefined ? {} : { requireEvidence: options.requireEvidence }) };
}

function lacksEvidence(reports: readonly ModelReport[], required: Tier | undefined): boolean {
  return required !== undefined && reports.some((report) => report.evidence.tier < required);
}

interface Wanted {
  specs: SpecDocument[];
  notices: Notice[];
}

function wanted(loaded: Project, models: readonly string[], options: DiffOptions, cwd: string): Wanted {
  const technical = loaded.specs.filter((spec) => spec.kind === 'technical');
  const named = models.map((name) => specOfModel(loaded, technical, name));
  const chooses = options.all === true || options.select !== undefined;
  if (models.length > 0 && !chooses && !options.exclude) return { specs: named, notices: [] };
  const context = selectionContext(loaded, cwd, options.state);
  const { ids, empty } = selectNodes(context, options.select ?? [], options.exclude ?? []);
  const allowed = selectNodes(context, [], options.exclude ?? []).ids;
  const nodes = new Map([...loaded.specs].map((spec) => [spec, nodeOf(loaded, spec)]));
  const kept = named.filter((spec) => !nodes.get(spec)?.enabled || allowed.has(nodes.get(spec)?.uniqueId ?? ''));
  const candidates = technical.filter((spec) => {
    const node = nodes.get(spec);
    return chooses && (node ? ids.has(node.uniqueId) : options.select === undefined);
  });
  const specs = [...new Set([...kept, ...candidates])];
  const disabled = options.all === true ? technical.filter((spec) => nodes.get(spec)?.enabled === false && !specs.includes(spec)) : [];
  const specced = new Set(technical.map((spec) => nodeOf(loaded, spec)?.uniqueId));
  const bare = options.select ? [...ids].filter((id) => !specced.has(id) && /^(model|snapshot)\./.test(id)) : [];
  const graphless = loaded.project.artifacts.manifest === undefined && [...(options.select ?? []), ...(options.exclude ?? [])].some((word) => /[+@]/.test(word));
  return {
    specs,
    notices: [
      ...empty.map((word) => notice('SPEC042', 'warning', `The selector "${word}" chose nothing; see its spelling, names and folders are those of dbt.`)),
      ...(graphless ? [notice('SPEC043', 'information', 'Without a manifest.json the graph has only the literal refs and sources of the files; run `dbt parse` for all of it.')] : []),
      ...bare.map((id) => notice('SPEC040', 'warning', `${id} has no technical spec, so nothing of it was compared; write one with \`specline infer ${nameOf(id)}\`.`)),
      ...disabled.map((spec) => ({ ...notice('SPEC044', 'information', `${spec.path} was not compared: its model is disabled.`), file: spec.path })),
      ...(specs.length === 0 ? [notice('SPEC041', 'warning', 'No model was compared: none of those chosen has a technical spec; write one with `specline infer MODEL`.')] : []),
    ],
  };
}

function notice(code: string, severity: Notice['severity'], message: string): Notice {
  return { code, severity, message };
}

/** `model.shop.orders.v2` as a person writes it. */
function nameOf(id: string): string {
  return id.split('.').slice(2).join('.');
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
