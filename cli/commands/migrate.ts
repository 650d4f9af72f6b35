import type { Command } from 'commander';
import pc from 'picocolors';
import type { WrittenFile } from '../../engine/conformance/types';
import { unifiedDiff } from '../../engine/generate';
import { meaningOf, migrate, parseSpec, type Migrated, type SpecDocument } from '../../engine/spec';
import { envelopeOf, loadProject, specsAt } from '../context';
import { EXIT } from '../exit';
import type { Io } from '../io';
import { colouredDiff, refuseMisconfigured } from '../offer';
import { addProjectOption, addWriteFormat } from '../options';
import { printJson } from '../printers/json';
import { noticesText } from '../printers/text';
import { replaceText } from '../write';

interface MigrateOptions {
  projectDir?: string;
  format?: string;
  dryRun?: boolean;
}

/** A spec that is of an earlier version, with what would become of it. */
interface Candidate {
  spec: SpecDocument;
  result: Migrated;
}

/** `specline migrate`: brings specs to the version of their template. */
export function addMigrate(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('migrate')
    .summary('bring specs to the version of the template')
    .description('Brings specs that are written for an earlier version of the template to its newest, by the migrations that the template lists. Only the keys and values they name are touched; comments and everything else stay. Without files it looks at every spec of the project.')
    .argument('[files...]', 'spec files')
    .option('-n, --dry-run', 'show the changes, write nothing')
    .addHelpText('after', '\nExamples:\n  specline migrate --dry-run\n  specline migrate\n  specline migrate specs/marts/customer_value.business.spec.yml\n\nExit codes: 0 every spec is of the newest version, or would be; 1 some cannot be migrated.\n');
  addWriteFormat(addProjectOption(command)).action(async (files: string[], options: MigrateOptions) => done(await migrateSpecs(files, options, io)));
}

/** Migrates and says what was done; gives the exit code. */
export async function migrateSpecs(files: readonly string[], options: MigrateOptions, io: Io): Promise<number> {
  const loaded = await loadProject(io.cwd, options.projectDir);
  refuseMisconfigured(loaded);
  const candidates = specsAt(loaded, files, io.cwd).flatMap((spec): Candidate[] => {
    const result = spec.kind && migrate(spec.kind, spec.text, loaded.config.template);
    return result ? [{ spec, result }] : [];
  });
  if (!options.dryRun) for (const { spec, result } of candidates) if ('text' in result) replaceText(loaded.root, spec.path, spec.text, result.text);
  if (options.format === 'json') io.out(printJson({ ...envelopeOf('migrate', loaded), files: candidates.flatMap((candidate) => fileOf(candidate, options)), notices: [...loaded.notices, ...candidates.flatMap(refusal)] }));
  else {
    if (loaded.notices.length > 0) io.err(`${noticesText(loaded.notices, pc.createColors(io.color), io.width ?? 110)}\n`);
    io.out(said(candidates, options, io.color));
  }
  return candidates.some(({ result }) => 'refused' in result) ? EXIT.findings : EXIT.clean;
}

function fileOf({ spec, result }: Candidate, { dryRun }: MigrateOptions): WrittenFile[] {
  return 'refused' in result ? [] : [{ file: spec.path, change: dryRun ? 'proposed' : 'written', text: result.text, diff: unifiedDiff(spec.path, spec.text, result.text), openQuestions: [] }];
}

function refusal({ spec, result }: Candidate): { code: string; severity: 'error'; file: string; message: string }[] {
  return 'refused' in result ? [{ code: 'SPEC018', severity: 'error', file: spec.path, message: `The spec was not migrated: ${result.refused}.` }] : [];
}

function said(candidates: readonly Candidate[], { dryRun }: MigrateOptions, color: boolean): string {
  if (candidates.length === 0) return 'Every spec is of the version that the template has; nothing to migrate.\n';
  const lines = candidates.map(({ spec, result }) => {
    if ('refused' in result) return `${spec.path} was not migrated: ${result.refused}.\n`;
    const diff = dryRun ? `${colouredDiff(unifiedDiff(spec.path, spec.text, result.text), color)}\n` : '';
    const lapses = meaningOf(spec) !== meaningOf(parseSpec(spec.path, result.text, spec.template)) ? ' Its meaning changes with it, so that approvals of it no longer hold.' : '';
    return `${diff}${spec.path} ${dryRun ? 'would be' : 'is now'} ${spec.kind}/v${result.to}, from v${result.from}.${lapses}\n`;
  });
  const open = candidates.filter(({ result }) => 'text' in result).length;
  return `${lines.join('')}${dryRun ? 'Nothing was written.\n' : open > 0 ? 'Next: `specline check`, which says what the new version asks for.\n' : ''}`;
}
