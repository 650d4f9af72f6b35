import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page, until } from './page';
import { at, codes, MODEL, positionOf, replaceAll, SPEC } from './support';

const BUSINESS = 'specs/marts/customer_value.business.spec.yml';
const TEMPLATE = 'business:\n  properties:\n    data_class: { title: "How secret is it?", type: string, enum: [public, internal], x-tier: minimal, x-after: owner }\nmigrations:\n  - { kind: business, to: 2, says: "every spec has a class", steps: [{ add: data_class, value: internal }] }\n';

async function hoverText(uri: vscode.Uri, where: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, where);
  return hovers.flatMap((hover) => hover.contents.map((content) => (typeof content === 'string' ? content : content.value))).join('\n');
}

/** The language features both ways, as VS Code asks for them. */
export function defineFeatures(): void {
  describe('Specline in VS Code, from specs to SQL and back', () => {
    it('says in SQL what a place is there for, and goes to its line', async () => {
      const model = await vscode.workspace.openTextDocument(at(MODEL));
      await vscode.window.showTextDocument(model);
      const join = positionOf(model, 'inner join paid', 7);
      const said = await until('no hover on the join', async () => {
        const text = await hoverText(model.uri, join);
        return text.includes('every customer, also those without an order') && text;
      });
      assert.match(said, /differs/);
      assert.match(await hoverText(model.uri, positionOf(model, "orders.ordered_on >= '2024-01-01'", 3)), /nobody asked/i);
      const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>('vscode.executeDefinitionProvider', model.uri, join);
      assert.ok(found.some((one) => ('uri' in one ? one.uri : one.targetUri).path.endsWith(SPEC)), 'the join leads to its line of the spec');
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', model.uri, 10);
      assert.ok(lenses.some(({ command }) => /differ/.test(command?.title ?? '')), 'a lens counts the verdicts');
      await vscode.commands.executeCommand('workbench.action.closePanel');
      const editor = await vscode.window.showTextDocument(model);
      editor.selection = new vscode.Selection(join, join);
      await vscode.commands.executeCommand('editor.action.showHover');
      await until('the hover is not shown', async () => (await page({ action: 'text', selector: '.monaco-hover:not(.hidden)' })).text?.includes('every customer'));
      await page({ action: 'screenshot', name: 'hover-in-sql' });
    });

    it('finds an id in every spec, and renames it there', async () => {
      const business = await vscode.workspace.openTextDocument(at(BUSINESS));
      const id = positionOf(business, 'EC-no-order', 4);
      const uses = await vscode.commands.executeCommand<vscode.Location[]>('vscode.executeReferenceProvider', business.uri, id);
      assert.deepEqual([...new Set(uses.map(({ uri }) => uri.path.split('/').pop()))].sort(), ['customer_value.business.spec.yml', 'customer_value.technical.spec.yml']);
      const symbols = await vscode.commands.executeCommand<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', 'EC-no-order');
      assert.ok(symbols.some(({ name }) => name === 'EC-no-order'), 'the id is a symbol of the workspace');
      const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', business.uri, id, 'EC-nothing-bought');
      assert.ok(await vscode.workspace.applyEdit(edit));
      const technical = await vscode.workspace.openTextDocument(at(SPEC));
      for (const document of [business, technical]) {
        assert.ok(document.getText().includes('EC-nothing-bought') && !document.getText().includes('EC-no-order'), document.uri.path);
        await vscode.window.showTextDocument(document);
        await vscode.commands.executeCommand('workbench.action.files.revert');
      }
    });

    it('colours names, hints at types and folds sections', async () => {
      const spec = await vscode.workspace.openTextDocument(at(SPEC));
      const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', spec.uri);
      assert.ok(tokens.data.length > 50, 'semantic tokens');
      const daily = await vscode.workspace.openTextDocument(at('specs/marts/daily_revenue.technical.spec.yml'));
      const whole = new vscode.Range(new vscode.Position(0, 0), daily.positionAt(daily.getText().length));
      const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', daily.uri, whole);
      assert.ok(hints.length > 0, 'inlay hints');
      const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', spec.uri);
      assert.ok(folds.length > 3, 'folding ranges');
    });

    it("asks for what an organisation's template adds, migrates to it, and stops asking when it is gone", async () => {
      const settings = await vscode.workspace.openTextDocument(at('specline.yml'));
      const before = settings.getText();
      const business = await vscode.workspace.openTextDocument(at(BUSINESS));
      const spec = business.getText();
      await vscode.window.showTextDocument(business);
      await vscode.workspace.fs.writeFile(settings.uri, Buffer.from(`${before}${TEMPLATE}`));
      const problem = await until('the new version is not asked for', () => vscode.languages.getDiagnostics(business.uri).find(({ code }) => code === 'SPEC018'));
      await page({ action: 'screenshot', name: 'template-version' });
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', business.uri, problem.range);
      const fix = actions.find(({ title }) => title === 'Migrate to business/v2');
      assert.ok(fix?.edit);
      await vscode.workspace.applyEdit(fix.edit);
      assert.equal(business.getText(), spec.replace('business/v1', 'business/v2').replace('question:', 'data_class: internal\nquestion:'));
      await until('the migrated spec is still told to migrate', () => !codes(business.uri).includes('SPEC018'));
      assert.match(await hoverText(business.uri, positionOf(business, 'data_class', 2)), /How secret is it\?/);
      const classes = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', business.uri, positionOf(business, 'data_class: internal', 'data_class: '.length));
      assert.ok(classes.items.some(({ label }) => label === 'public'), 'the choices of the new section');
      await vscode.workspace.fs.writeFile(settings.uri, Buffer.from(before));
      await until('the version of a template that is gone is not told', () => codes(business.uri).includes('SPEC018'));
      await replaceAll(business, spec);
      await until('the spec as it was is not clean of it', () => !codes(business.uri).includes('SPEC018'));
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });
  });
}
