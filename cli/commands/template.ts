import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { templatePage } from '../../engine/spec';
import { loadSettings, projectPath } from '../context';
import { EXIT, UsageError } from '../exit';
import type { Io } from '../io';
import { addProjectOption } from '../options';
import { replaceText, writeNew } from '../write';

interface DocsOptions {
  projectDir?: string;
  out?: string;
}

const MARK = '<!-- Written by `specline template docs`; change the template, not this page. -->\n\n';

/** `specline template`: what the specs of a project are held against. */
export function addTemplate(program: Command, io: Io, done: (code: number) => void): void {
  const template = program.command('template').summary('show the template that specs are held against').description('Shows the template that the specs of a project are held against: the built-in one with what specline.yml and the files it extends ask for.');
  const docs = template
    .command('docs')
    .summary('print the template as a Markdown page')
    .description('Prints the template as a Markdown page: every section and field with its question, form and examples, tiers by path, severities and versions.')
    .option('-o, --out <file>', 'write the page to a file of the project; one that was written by hand is never touched')
    .addHelpText('after', '\nExamples:\n  specline template docs\n  specline template docs --out docs/spec-template.md\n');
  docs.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
  addProjectOption(docs).action((options: DocsOptions) => done(templateDocs(options, io)));
}

/** Prints the page, or writes it; gives the exit code. Throws `UsageError` where the template is broken or a file is in the way. */
export function templateDocs(options: DocsOptions, io: Io): number {
  const { root, config, project } = loadSettings(io.cwd, options.projectDir);
  const broken = config.notices.find(({ severity }) => severity === 'error');
  if (broken) throw new UsageError(`${broken.file ?? 'specline.yml'}${broken.range ? `:${broken.range.start.line + 1}` : ''} is broken, so there is no template to show. ${broken.message}`);
  const page = templatePage(config, project);
  if (options.out === undefined) {
    io.out(page);
    return EXIT.clean;
  }
  const path = projectPath(root, io.cwd, options.out);
  const text = MARK + page;
  const file = join(root, path);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (before === undefined) writeNew(root, path, text);
  else if (!before.startsWith(MARK.trim())) throw new UsageError(`${path} was not written by \`specline template docs\`, so it was not touched; give another file.`);
  else if (before !== text) replaceText(root, path, before, text);
  io.out(before === text ? `${path} is up to date.\n` : `Wrote ${path}.\n`);
  return EXIT.clean;
}
