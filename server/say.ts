import { MessageType, ShowMessageNotification, type Connection } from 'vscode-languageserver';

/** Shows a person a sentence; nothing waits for it to be read. */
export function say(connection: Connection, message: string): void {
  connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message: `Specline: ${message}` }).catch((error: unknown) => connection.console.error(String(error)));
}
