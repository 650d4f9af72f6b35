import type { Command } from 'commander';
import { generateTechnical } from '../../engine/generate';
import type { SpecDocument } from '../../engine/spec';
import { loadProject, type Project } from '../context';
import { UsageError } from '../exit';
import type { Io } from '../io';
import { plannedModel } from '../models';
import { addProjectOption, addWriteFormat } from '../options';
import { offer, type OfferOptions } from '../offer';

/** `specline generate`: the technical spec from the business spec. */
export function addGenerate(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('generate')
    .summary('generate the technical spec from the business spec')
    .description('Proposes the technical spec of a model from its business spec and the project: inputs, joins, grain, columns, filters and tests. What cannot be known becomes an open question. An existing technical spec is merged: the difference is shown, and only --write applies it.')
    .argument('<model>', 'the model whose business spec to read')
    .option('-w, --write', 'apply the changes to an existing file after showing them')
    .option('-n, --dry-run', 'print, write nothing')
    .addHelpText('after', '\nExamples:\n  specline generate customer_value\n  specline generate customer_value --dry-run\n  specline generate customer_value --write\n');
  addWriteFormat(addProjectOption(command)).action(async (model: string, options: OfferOptions) => done(await generate(model, options, io)));
}

/** Generates and offers the technical spec; gives the exit code. */
export async function generate(model: string, options: OfferOptions, io: Io): Promise<number> {
  const loaded = await loadProject(io.cwd, options.projectDir);
  const target = plannedModel(loaded, model);
  const business = specOf(loaded, model, 'business');
  if (!business) throw new UsageError(`${model} has no business spec; start one with \`specline new ${model}\`.`);
  const existing = specOf(loaded, model, 'technical');
  const result = generateTechnical(loaded, { business, ...(target.node ? { node: target.node } : {}), ...(existing ? { existing } : {}) });
  return offer('generate', loaded, { existing, ...result }, options, io);
}

/** The one spec of a model of that kind; throws `UsageError` where there are two. */
export function specOf(loaded: Project, model: string, kind: 'business' | 'technical'): SpecDocument | undefined {
  const name = model.split('.').length > 1 ? [model, model.split('.')[1]] : [model];
  const specs = loaded.specs.filter((spec) => spec.kind === kind && name.includes(spec.facts?.model?.value ?? ''));
  if (specs.length > 1) throw new UsageError(`${model} has ${specs.length} ${kind} specs: ${specs.map((s) => s.path).join(', ')}; keep one.`);
  return specs[0];
}
