import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { page, until } from './page';
import { at, codes, MODEL, positionOf, replaceAll, SPEC } from './support';

interface Api {
  ready: Promise<void>;
  shown(): string | undefined;
}

/** Leaves the editors alone on the screen, for pictures. */
async function quietWindow(): Promise<void> {
  await page({ action: 'click', selector: '.part.banner .codicon-widget-close, .part.banner .codicon-close' });
  for (const command of ['workbench.action.closePanel', 'workbench.action.closeAuxiliaryBar', 'workbench.action.closeSidebar', 'notifications.clearAll']) await vscode.commands.executeCommand(command);
}

/** Process ids of the language servers that this extension host started. */
function serversNow(): number[] {
  const module = join(vscode.extensions.getExtension('specline.specline')?.extensionPath ?? '', 'dist', 'server.js');
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === process.pid && command?.includes(module) ? [Number(pid)] : [];
  });
}

function serverProcess(): number {
  const [pid] = serversNow();
  assert.ok(pid, 'the extension host has a language server');
  return pid;
}

/** What a person does with Specline in VS Code, on the packaged extension. */
export function defineSuite(): void {
  describe('Specline in VS Code', () => {
    let api: Api;

    before(async () => {
      const extension = vscode.extensions.getExtension<Api>('specline.specline');
      assert.ok(extension, 'the extension is installed');
      api = await extension.activate();
      await api.ready;
      await vscode.workspace.getConfiguration('editor').update('minimap.enabled', false, vscode.ConfigurationTarget.Global);
    });

    it('registers its commands and its language', async () => {
      const commands = await vscode.commands.getCommands(true);
      for (const name of ['newBusinessSpec', 'generateTechnicalSpec', 'inferTechnicalSpec', 'diff', 'openSpec', 'checkWorkspace', 'restartServer']) assert.ok(commands.includes(`specline.${name}`), name);
      const document = await vscode.workspace.openTextDocument(at(SPEC));
      assert.equal(document.languageId, 'dbt-spec');
    });

    it('squiggles the four deviations in the model and in its spec', async () => {
      const model = await vscode.workspace.openTextDocument(at(MODEL));
      await vscode.window.showTextDocument(model);
      await until('no verdicts in the model', () => ['JOIN001', 'FILTER001', 'FILTER002', 'COL004'].every((code) => codes(at(MODEL)).includes(code)));
      const join = vscode.languages.getDiagnostics(at(MODEL)).find((d) => d.code === 'JOIN001');
      assert.ok(join);
      assert.ok(join.relatedInformation?.[0]?.location.uri.path.endsWith(SPEC), 'the diagnostic points to the spec');
      assert.ok(model.getText(join.range).startsWith('inner join paid'));
      const spec = await vscode.workspace.openTextDocument(at(SPEC));
      await vscode.window.showTextDocument(spec);
      await until('no verdicts in the spec', () => codes(at(SPEC)).includes('JOIN001'));
      const inSpec = vscode.languages.getDiagnostics(at(SPEC)).find((d) => d.code === 'JOIN001');
      assert.ok(inSpec?.relatedInformation?.[0]?.location.uri.path.endsWith(MODEL), 'the diagnostic points to the model');
      await vscode.window.showTextDocument(model, vscode.ViewColumn.One);
      await vscode.window.showTextDocument(spec, vscode.ViewColumn.Two);
      await quietWindow();
      await vscode.commands.executeCommand('workbench.actions.view.problems');
      await until('the problems are not shown', async () => (await page({ action: 'text', selector: '.markers-panel-container' })).text?.includes('JOIN001'));
      await page({ action: 'screenshot', name: 'inline-errors' });
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });

    it('offers its commands on models and specs only', async () => {
      const labels = async (): Promise<string> => ((await page({ action: 'text', selector: '.editor-actions .action-label' })).labels ?? []).join('; ');
      await vscode.window.showTextDocument(at(MODEL));
      await until('no command on a model', async () => (await labels()).includes('Diff Model Against Spec'));
      await vscode.window.showTextDocument(at('tests/revenue_matches_payments.sql'));
      await until('a command on SQL that is no model', async () => !(await labels()).includes('Diff Model Against Spec'));
      await vscode.window.showTextDocument(at('specs/marts/customer_value.business.spec.yml'));
      await until('no command on a spec', async () => (await labels()).includes('Diff Model Against Spec'));
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });

    it('completes sections, names and ids', async () => {
      const spec = await vscode.workspace.openTextDocument(at(SPEC));
      const where = positionOf(spec, 'type: left', 'type: '.length);
      const types = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', spec.uri, where);
      assert.ok(types.items.some((item) => item.label === 'anti'), 'join types');
      const ids = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', spec.uri, positionOf(spec, '[POP-failed]', 1));
      assert.ok(ids.items.some((item) => item.label === 'EC-no-order'), 'ids of the business spec');
      const refs = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', spec.uri, positionOf(spec, 'ref: stg_orders', 'ref: '.length));
      assert.ok(refs.items.some((item) => item.label === 'int_order_payments'), 'models');
    });

    it('explains keys and names on hover', async () => {
      const spec = await vscode.workspace.openTextDocument(at(SPEC));
      const text = async (needle: string, after = 1): Promise<string> => {
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', spec.uri, positionOf(spec, needle, after));
        return hovers.flatMap((hover) => hover.contents.map((c) => (typeof c === 'string' ? c : c.value))).join('\n');
      };
      assert.match(await text('grain:'), /Which columns name one row/);
      assert.match(await text('ref: stg_payments', 6), /one row per attempt/i);
      assert.match(await text('[POP-failed]', 2), /payments that failed/);
    });

    it('goes from the spec to the model', async () => {
      const spec = await vscode.workspace.openTextDocument(at(SPEC));
      const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>('vscode.executeDefinitionProvider', spec.uri, positionOf(spec, 'model: customer_value', 9));
      const [first] = found;
      assert.ok(first);
      assert.ok(('uri' in first ? first.uri : first.targetUri).path.endsWith(MODEL));
    });

    it('shows the comparison side by side and follows edits', async () => {
      const model = await vscode.workspace.openTextDocument(at(MODEL));
      await vscode.window.showTextDocument(model, vscode.ViewColumn.One);
      await vscode.commands.executeCommand('specline.diff', at(MODEL));
      await until('the view shows nothing', () => api.shown()?.includes('data-verdict="differs"'));
      const view = await until('the webview has no rows', async () => {
        const answer = await page({ action: 'text', selector: '#view' });
        return (answer.visible ?? 0) > 5 ? answer : undefined;
      });
      assert.match(view.text ?? '', /does not do what its spec says: 3 clauses of \d+ differ/);
      assert.match(view.text ?? '', /not in the spec/);
      await quietWindow();
      await page({ action: 'focus', selector: '.row.unspecced' });
      await page({ action: 'screenshot', name: 'side-by-side' });
      await page({ action: 'click', selector: 'label[for="only"]' });
      const fewer = await until('the switch hides nothing', async () => {
        const answer = await page({ action: 'text', selector: '#view' });
        return (answer.visible ?? 99) < (view.visible ?? 0) ? answer : undefined;
      });
      assert.equal(fewer.visible, 4);
      await page({ action: 'screenshot', name: 'differences-only' });
      const before = model.getText();
      await replaceAll(model, before.replace('inner join paid', 'left join paid'));
      await until('the view did not follow the edit', () => api.shown()?.includes('2 clauses of'));
      await replaceAll(model, before);
      await until('the view did not follow the undo', () => api.shown()?.includes('3 clauses of'));
    });

    it('follows edits of the spec that are not saved', async () => {
      const spec = await vscode.workspace.openTextDocument(at(SPEC));
      const before = spec.getText();
      await replaceAll(spec, before.replace('type: left', 'type: inner').replace('unmatched: keep', 'unmatched: drop'));
      await until('the view did not follow the edit of the spec', () => api.shown()?.includes('2 clauses of'));
      assert.ok(spec.isDirty);
      await replaceAll(spec, before);
      await until('the view did not follow the undo', () => api.shown()?.includes('3 clauses of'));
    });

    it('works by keyboard', async () => {
      const focused = async (): Promise<string> => (await page({ action: 'text', selector: '.row:focus' })).labels?.[0] ?? '';
      await page({ action: 'focus', selector: '.row.differs' });
      assert.equal(await focused(), 'differs: left join paid');
      await page({ action: 'press', key: 'ArrowDown' });
      assert.match(await focused(), /^differs: paid F-paid:/);
      await page({ action: 'press', key: 'Home' });
      await page({ action: 'press', key: 'd' });
      const all = await until('d does not show all rows', async () => {
        const answer = await page({ action: 'text', selector: '#view' });
        return (answer.visible ?? 0) > 5 ? answer : undefined;
      });
      assert.match(all.text ?? '', /What the spec says/);
      await page({ action: 'press', key: 'Enter' });
      await until('Enter opens no model', () => vscode.window.activeTextEditor?.document.uri.path.endsWith(MODEL));
      const onSpec = (): boolean => {
        const editor = vscode.window.activeTextEditor;
        return editor?.document.uri.path.endsWith(SPEC) === true && editor.document.getText(editor.selection).includes('to: paid');
      };
      // The editor that Enter opened may take the focus late, and then it is the editor's arrow.
      await until('the left arrow opens no spec', async () => {
        if (onSpec()) return true;
        await page({ action: 'focus', selector: '.row.differs' });
        await page({ action: 'press', key: 'ArrowLeft' });
        return onSpec();
      });
    });

    it('follows the colour theme', async () => {
      const themes = vscode.workspace.getConfiguration('workbench');
      const backgrounds = new Set<string>();
      for (const [name, theme] of [['dark', 'Default Dark Modern'], ['high-contrast', 'Default High Contrast'], ['light', 'Default Light Modern']]) {
        await themes.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
        await until(`the view does not follow ${theme ?? ''}`, async () => {
          const { background } = await page({ action: 'text', selector: '#view' });
          return background !== undefined && !backgrounds.has(background) && backgrounds.add(background);
        });
        await page({ action: 'screenshot', name: `theme-${name ?? ''}` });
      }
      await themes.update('colorTheme', undefined, vscode.ConfigurationTarget.Global);
    });

    it('jumps from a row to the model by click', async () => {
      await page({ action: 'click', selector: '.row.differs .does .place' });
      await until('no editor on the model', () => vscode.window.activeTextEditor?.document.uri.path.endsWith(MODEL) && !vscode.window.activeTextEditor.selection.isEmpty);
    });

    it('infers and generates into new files', async () => {
      await vscode.workspace.fs.writeFile(at('models/staging/stg_fresh.sql'), Buffer.from("select order_id from {{ ref('stg_orders') }}\n"));
      await until('the new model was not seen', async () => {
        await vscode.commands.executeCommand('specline.inferTechnicalSpec', at('models/staging/stg_orders.sql'), 'stg_fresh');
        const document = vscode.window.activeTextEditor?.document;
        return document?.uri.path.endsWith('stg_fresh.technical.spec.yml') && document.getText().includes('ref: stg_orders');
      });
      await vscode.commands.executeCommand('specline.newBusinessSpec', at(MODEL), 'churned_customers');
      await until('no new business spec', () => vscode.window.activeTextEditor?.document.getText().includes('model: churned_customers'));
    });

    it('shows what it would add to a spec, and adds it when told to', async () => {
      const spec = await vscode.workspace.openTextDocument(at(SPEC));
      const before = spec.getText();
      const without = before.replace(/^materialization:.*\n/m, '');
      await replaceAll(spec, without);
      const proposal = (): vscode.Uri | undefined => {
        const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        return input instanceof vscode.TabInputTextDiff && input.modified.scheme === 'specline-proposal' ? input.modified : undefined;
      };
      await until('no difference is shown', async () => {
        await vscode.commands.executeCommand('specline.inferTechnicalSpec', at(MODEL), 'customer_value');
        return proposal();
      });
      assert.equal(spec.getText(), without);
      await vscode.commands.executeCommand('specline.applyProposal', proposal());
      await until('nothing was added', () => spec.getText().includes('materialization: { type: table }'));
      for (const line of without.split('\n')) assert.ok(spec.getText().includes(line), line);
      assert.equal(proposal(), undefined);
      await replaceAll(spec, before);
    });

    it('offers to make the spec that a model lacks', async () => {
      await vscode.workspace.fs.writeFile(at('models/marts/lonely.sql'), Buffer.from("select customer_id from {{ ref('stg_customers') }}\n"));
      await vscode.window.showTextDocument(at('models/marts/lonely.sql'));
      await until('the new model was not seen', async () => ((await page({ action: 'text', selector: '.editor-actions .action-label' })).labels ?? []).join('; ').includes('Diff Model Against Spec'));
      await vscode.commands.executeCommand('notifications.clearAll');
      void vscode.commands.executeCommand('specline.diff');
      await until('nothing is offered', async () => {
        await vscode.commands.executeCommand('notifications.showList');
        return (await page({ action: 'text', selector: '.notifications-center' })).text?.includes('lonely has no technical spec yet');
      });
      await page({ action: 'click', selector: '.notifications-center .monaco-button' });
      await until('no spec was inferred', () => vscode.window.activeTextEditor?.document.uri.path.endsWith('specs/marts/lonely.technical.spec.yml'));
    });

    it('says what is wrong with broken YAML, at its place', async () => {
      const spec = await vscode.workspace.openTextDocument(at('specs/marts/daily_revenue.technical.spec.yml'));
      await vscode.window.showTextDocument(spec);
      const before = spec.getText();
      await replaceAll(spec, before.replace('grain: [ordered_on]', 'grian: [ordered_on]\n\tbad: x'));
      await until('no YAML problem', () => codes(spec.uri).includes('SPEC003'));
      await replaceAll(spec, before.replace('type: table', 'typ: table'));
      const problem = await until('no template problem', () => vscode.languages.getDiagnostics(spec.uri).find((d) => d.code === 'SPEC012' && spec.getText(d.range) === 'typ'));
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', spec.uri, problem.range);
      const fix = actions.find((action) => action.title.includes('"type"'));
      assert.ok(fix?.edit);
      await vscode.workspace.applyEdit(fix.edit);
      assert.equal(spec.getText(), before);
    });

    it('comes back when its server is killed', async function () {
      if (process.platform === 'win32') this.skip();
      const model = await vscode.workspace.openTextDocument(at(MODEL));
      await vscode.window.showTextDocument(model);
      const before = model.getText();
      const killed = serverProcess();
      const asked = vscode.commands.executeCommand('vscode.executeHoverProvider', at(SPEC), new vscode.Position(1, 2));
      process.kill(killed, 'SIGKILL');
      await asked;
      await until('no other server', () => serversNow().some((pid) => pid !== killed));
      await replaceAll(model, before.replace('inner join paid', 'left join paid'));
      await until('the new server did not see the edit', () => codes(at(MODEL)).length > 0 && !codes(at(MODEL)).includes('JOIN001'));
      await replaceAll(model, before);
      await until('the new server did not see the undo', () => codes(at(MODEL)).includes('JOIN001'));
    });

    it('restarts its server', async () => {
      await vscode.commands.executeCommand('specline.restartServer');
      await until('no verdicts after the restart', () => codes(at(MODEL)).includes('JOIN001'));
    });
  });
}
