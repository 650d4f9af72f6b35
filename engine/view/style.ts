/** Style sheet of the side-by-side view. Colours come from the editor's theme, with plain fallbacks for a page. */
export const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; padding: 0 1rem 2rem; font: 13px/1.5 var(--vscode-font-family, system-ui, sans-serif);
  color: var(--vscode-foreground, CanvasText); background: var(--vscode-editor-background, Canvas); }
body.page { max-width: 75rem; margin: 0 auto; }
header { position: sticky; top: 0; z-index: 1; padding: .75rem 0 .5rem; background: var(--vscode-editor-background, Canvas);
  border-bottom: 1px solid var(--vscode-panel-border, #8884); display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; }
h1 { font-size: 1.2rem; margin: 0; }
h2 { font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; margin: 1.25rem 0 .25rem; opacity: .75; }
.sentence { margin: 0; flex-basis: 100%; font-size: 1.05em; }
.counts { display: flex; gap: .5rem; list-style: none; margin: 0; padding: 0; flex: 1; flex-wrap: wrap; }
.counts li { padding: 0 .5rem; border-radius: 1rem; border: 1px solid currentColor; }
label { cursor: pointer; }
label::before { content: '☐ '; }
.only { position: absolute; opacity: 0; }
.only:checked ~ header label::before { content: '☑ '; }
.only:focus-visible ~ header label { outline: 1px solid var(--vscode-focusBorder, Highlight); outline-offset: 2px; }
.only:checked ~ main .row.matches, .only:checked ~ main .group.quiet { display: none; }
.sides, .row { display: grid; grid-template-columns: minmax(0, 1fr) 8.5rem minmax(0, 1fr); gap: 0 .75rem; }
.sides { font-weight: 600; padding: .75rem .5rem 0; }
.row { padding: .35rem .5rem; border-left: 3px solid transparent; border-radius: 2px; }
.row + .row { border-top: 1px solid var(--vscode-panel-border, #8882); }
.row:focus-visible, .place:focus-visible { outline: 1px solid var(--vscode-focusBorder, Highlight); outline-offset: -1px; }
.row:hover { background: var(--vscode-list-hoverBackground, #8881); }
.row.differs { border-left-color: var(--vscode-editorError-foreground, #d33); }
.row.unspecced { border-left-color: var(--vscode-editorWarning-foreground, #b80); }
.row.unknown, .row.finding { border-left-color: var(--vscode-editorInfo-foreground, #37c); }
.differs .mark, .counts .differs, .differs .word { color: var(--vscode-editorError-foreground, #d33); }
.unspecced .mark, .counts .unspecced, .unspecced .word { color: var(--vscode-editorWarning-foreground, #b80); }
.unknown .mark, .counts .unknown, .unknown .word, .finding .mark, .finding .word, .counts .finding { color: var(--vscode-editorInfo-foreground, #37c); }
.matches .mark, .counts .matches { color: var(--vscode-testing-iconPassed, #2a2); }
.verdict { text-align: center; display: flex; flex-direction: column; align-items: center; line-height: 1.3; }
.mark { font-weight: 700; font-size: 1.1em; }
.verdict code { font-size: .8em; opacity: .7; }
.place { display: block; color: inherit; text-decoration: none; }
.place:hover pre { text-decoration: underline; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: .95em/1.45 var(--vscode-editor-font-family, ui-monospace, monospace); }
small { opacity: .65; }
.stage { display: block; }
.nothing { margin: 0; opacity: .6; font-style: italic; }
.why { grid-column: 1 / -1; margin: .2rem 0 .1rem; }
footer { margin-top: 1.5rem; opacity: .75; }
footer p { margin: .1rem 0; }
@media (max-width: 32rem) { .row, .sides { grid-template-columns: 1fr; } .verdict { flex-direction: row; gap: .5rem; } }
`;
