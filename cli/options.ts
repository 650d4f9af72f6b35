import { Option, type Command } from 'commander';
import { FAIL_LEVELS } from './failLevel';
import { FORMATS } from './printers';

/** Options every judging command has. */
export interface OutputOptions {
  projectDir?: string;
  format: string;
  failOn: string;
}

/** Adds `--project-dir`, `--format` and `--fail-on`. */
export function addOutputOptions(command: Command): Command {
  return addProjectOption(command)
    .addOption(new Option('-f, --format <format>', 'how to print').choices([...FORMATS]).default('text'))
    .addOption(new Option('--fail-on <level>', 'exit 1 at or above this').choices([...FAIL_LEVELS]).default('error'));
}

/** Adds `--format` for the commands that write a spec. */
export function addWriteFormat(command: Command): Command {
  return command.addOption(new Option('-f, --format <format>', 'how to say what was written').choices(['text', 'json']).default('text'));
}

/** Adds `--project-dir`. */
export function addProjectOption(command: Command): Command {
  return command.option('--project-dir <folder>', "the dbt project's root (default: the nearest dbt_project.yml)");
}
