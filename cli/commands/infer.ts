import type { Command } from 'commander';
import { inferTechnical } from '../../engine/generate';
import { loadProject } from '../context';
import { UsageError } from '../exit';
import type { Io } from '../io';
import { existingModel } from '../models';
import { addProjectOption, addWriteFormat } from '../options';
import { offer, type OfferOptions } from '../offer';
import { specOf } from './generate';

/** `specline infer`: drafts the technical spec of an existing model. */
export function addInfer(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('infer')
    .summary('draft the technical spec of an existing model')
    .description('Drafts the technical spec of an existing model from its SQL, tests and configuration. It describes what the model does today; what it should do stays an open question.')
    .argument('<model>', 'the model to read')
    .option('-w, --write', 'apply the changes to an existing file after showing them')
    .option('-n, --dry-run', 'print, write nothing')
    .addHelpText('after', '\nExamples:\n  specline infer stg_orders\n  specline infer stg_orders --dry-run\n');
  addWriteFormat(addProjectOption(command)).action(async (model: string, options: OfferOptions) => done(await infer(model, options, io)));
}

/** Infers and offers the technical spec; gives the exit code. */
export async function infer(model: string, options: OfferOptions, io: Io): Promise<number> {
  const loaded = await loadProject(io.cwd, options.projectDir);
  const node = existingModel(loaded, model);
  if (node.kind === 'model' && node.rawCode === undefined && !node.compiled) throw new UsageError(`${node.file ?? node.uniqueId} could not be read, so nothing can be inferred from it; make it readable or run \`dbt compile\`.`);
  const existing = specOf(loaded, model, 'technical');
  const result = await inferTechnical(loaded, { node, ...(existing ? { existing } : {}) });
  return offer('infer', loaded, { existing, ...result }, options, io);
}
