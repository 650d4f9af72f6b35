import * as vscode from 'vscode';
import type { SideBySide } from '../sideBySide';
import { targetUri } from '../target';

/** Opens the side-by-side view of the model behind the file. */
export function compareCommand(view: SideBySide): (argument?: unknown) => Promise<void> {
  return async (argument) => {
    const uri = targetUri(argument);
    if (!uri) {
      void vscode.window.showWarningMessage('Specline: open a spec or a model first, then compare it.');
      return;
    }
    await view.show(uri);
  };
}
