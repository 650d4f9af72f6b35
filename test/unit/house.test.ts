import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const lint = async (file: string, text: string): Promise<string[]> => {
  const [result] = await new ESLint().lintText(text, { filePath: file });
  return (result?.messages ?? []).map((m) => m.ruleId ?? '');
};

describe('the house', () => {
  const forbidden: [string, string][] = [
    ['engine/spec/x.ts', "import { run } from '../../cli/program';\nrun;\n"],
    ['engine/spec/x.ts', "import { readFileSync } from 'node:fs';\nreadFileSync;\n"],
    ['engine/spec/x.ts', "import { parse } from '@polyglot-sql/sdk';\nparse;\n"],
    ['engine/x.ts', "import * as vscode from 'vscode';\nvscode;\n"],
    ['server/x.ts', "import { run } from '../cli/program';\nrun;\n"],
    ['cli/x.ts', "import { startServer } from '../server/start';\nstartServer;\n"],
    ['client/x.ts', "import { parseSpec } from '../engine/spec';\nparseSpec;\n"],
    ['client/x.ts', "import { startServer } from '../server/start';\nstartServer;\n"],
  ];
  for (const [file, text] of forbidden) {
    it(`${file} may not ${text.split('\n')[0] ?? ''}`, async () => {
      expect(await lint(file, text)).toContain('no-restricted-imports');
    });
  }
  it('the client may import the protocol', async () => {
    expect(await lint('client/x.ts', "import { COMPARE } from '../server/protocol';\nCOMPARE;\n")).not.toContain('no-restricted-imports');
  });
});
