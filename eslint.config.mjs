import tseslint from 'typescript-eslint';

const BUILTINS = ['node:*', 'fs', 'path', 'child_process', 'crypto', 'os', 'process', 'worker_threads'];
const forbid = (groups) => ({
  'no-restricted-imports': ['error', { patterns: groups.map(([group, message]) => ({ group, message })) }],
});
const outOf = (folder) => [`**/${folder}`, `**/${folder}/**`];
const POLYGLOT = [['@polyglot-sql/sdk'], 'Only engine/sql/polyglot.ts knows the SQL parser.'];
const ARROW = 'Arrows point one way: client → server → engine ← cli.';

/** The rules of the house: strict TypeScript, files that can be read in one go, and imports along the arrows only. */
export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.cache/**', 'engine/generated/**', 'examples/**', 'test/fixtures/**', 'test/e2e/host/node_modules/**', 'test/e2e/output/**'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.mjs'],
    rules: {
      'max-lines': ['error', 400],
      'no-empty': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
    },
  },
  {
    files: ['engine/**/*.ts'],
    rules: forbid([
      [[...outOf('client'), ...outOf('server'), ...outOf('cli')], ARROW],
      [['vscode', 'vscode-*'], 'The engine knows no editor and no LSP.'],
      [BUILTINS, 'The engine has no process and no fs; a Workspace is injected.'],
      POLYGLOT,
    ]),
  },
  {
    files: ['engine/sql/polyglot.ts'],
    rules: forbid([[[...outOf('client'), ...outOf('server'), ...outOf('cli')], ARROW], [['vscode', 'vscode-*', ...BUILTINS], 'The engine is pure.']]),
  },
  {
    files: ['server/**/*.ts'],
    rules: forbid([[[...outOf('client'), ...outOf('cli')], ARROW], [['vscode'], 'The server knows no editor.'], POLYGLOT]),
  },
  { files: ['cli/**/*.ts'], rules: forbid([[[...outOf('client'), ...outOf('server')], ARROW], [['vscode', 'vscode-*'], 'The command line knows no editor.'], POLYGLOT]) },
  {
    files: ['client/**/*.ts'],
    ignores: ['client/webview/**'],
    rules: forbid([[[...outOf('engine'), ...outOf('cli'), '**/server/*', '!**/server/protocol'], `${ARROW} The client speaks to the server by LSP and shares only server/protocol.ts.`], POLYGLOT]),
  },
  { files: ['client/webview/**/*.ts'], rules: forbid([[[...outOf('engine'), ...outOf('cli'), ...outOf('server'), 'vscode'], 'A webview script runs in a browser and knows only its messages.']]) },
);
