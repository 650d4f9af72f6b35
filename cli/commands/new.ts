import type { Command } from 'commander';
import { specPathFor } from '../../engine/spec';
import { draftOfRequest, newBusinessSpec } from '../../engine/generate';
import { loadProject } from '../context';
import type { Io } from '../io';
import { offer, type OfferOptions } from '../offer';
import { addProjectOption, addWriteFormat } from '../options';
import { plannedModel } from '../models';

interface NewOptions extends OfferOptions {
  question?: string;
  from?: string;
  owner?: string;
}

/** `specline new`: starts a business spec. */
export function addNew(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('new')
    .summary('start a business spec')
    .description('Writes the business spec of a model from the template: every section with the question it answers, nothing invented. The model need not exist yet. An existing file is never touched.')
    .argument('<model>', 'the model that will answer the question')
    .option('--question <text>', 'the question the model answers')
    .option('--from <text>', 'a request as it came, such as "we need churn metrics": it becomes open questions and likely edge cases')
    .option('--owner <name>', 'who stands for the answer')
    .option('-n, --dry-run', 'print the spec, write nothing')
    .addHelpText('after', '\nExamples:\n  specline new customer_value --question "How much has each customer paid us?"\n  specline new churned_subscriptions --dry-run\n  specline new churn --from "we need churn metrics" --dry-run\n');
  addWriteFormat(addProjectOption(command)).action(async (model: string, options: NewOptions) => done(await create(model, options, io)));
}

/** Writes the new spec, or prints it; gives the exit code. */
export async function create(model: string, options: NewOptions, io: Io): Promise<number> {
  const loaded = await loadProject(io.cwd, options.projectDir);
  const target = plannedModel(loaded, model);
  const path = specPathFor(loaded.config, loaded.project, target, 'business');
  const text = newBusinessSpec({
    model: target.name,
    template: loaded.config.template,
    ...(options.question === undefined ? {} : { question: options.question }),
    ...(options.from === undefined ? {} : { draft: draftOfRequest(options.from, loaded.project) }),
    ...(options.owner === undefined ? {} : { owner: options.owner }),
  });
  return offer('new', loaded, { path, existing: undefined, text, diff: '', openQuestions: [], kept: [], next: ` Next: answer its questions, then \`specline generate ${model}\`.` }, options, io);
}
