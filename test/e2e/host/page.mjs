import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Answers what a suite asks of the page that shows VS Code: a screenshot, a key press, a click, the text of the webview.
 * Requests and answers are files in a folder, since a suite runs in the extension host and the page elsewhere. Gives a
 * function that ends it.
 */
export function serveMailbox(page, mailbox, pictures) {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    const next = readdirSync(mailbox).filter((name) => name.endsWith('.request.json')).sort()[0];
    if (!next) return;
    busy = true;
    const file = join(mailbox, next);
    const request = JSON.parse(readFileSync(file, 'utf8'));
    void act(page, request, pictures)
      .catch((error) => ({ error: String(error) }))
      .then((answer) => {
        rmSync(file);
        const target = file.replace('.request.json', '.response.json');
        writeFileSync(`${target}.tmp`, JSON.stringify(answer ?? {}));
        renameSync(`${target}.tmp`, target);
        busy = false;
      });
  }, 50);
  return () => clearInterval(timer);
}

async function act(page, { action, name, selector, key }, pictures) {
  if (action === 'screenshot') {
    // Off what a click left the pointer on, so that no tooltip is in the picture.
    await page.mouse.move(420, 480);
    await page.waitForSelector('.workbench-hover', { state: 'hidden', timeout: 3000 }).catch(() => undefined);
    await page.screenshot({ path: join(pictures, `${name}.png`) });
    return {};
  }
  if (action === 'press') {
    await page.keyboard.press(key);
    return {};
  }
  for (const frame of page.frames()) {
    const found = await frame.$(selector).catch(() => null);
    if (!found) continue;
    if (action === 'click') await found.click({ force: true });
    if (action === 'focus') await found.focus();
    const labels = await frame.$$eval(selector, (all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
    const background = await frame.evaluate(() => getComputedStyle(document.body).backgroundColor);
    return { text: await found.innerText(), labels, background, visible: await frame.$$eval(`${selector} .row`, (rows) => rows.filter((row) => row.offsetParent !== null).length).catch(() => 0) };
  }
  return { missing: true };
}
