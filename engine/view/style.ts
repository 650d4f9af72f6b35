/** Style sheet of the side-by-side view. Colours come from the editor's theme, with plain fallbacks for a page. */
export const STYLE = `
:root { color-scheme: light dark; --differs: var(--vscode-editorError-foreground, light-dark(#b3261e, #f48771)); --extra: var(--vscode-editorWarning-foreground, light-dark(#8a5a00, #d7a53f));
  --unsure: var(--vscode-editorInfo-foreground, light-dark(#1a5fb4, #75b5f5)); --good: var(--vscode-charts-green, light-dark(#2b7a2b, #7cc47c));
  --line: var(--vscode-panel-border, light-dark(#0002, #fff3)); --muted: var(--vscode-descriptionForeground, light-dark(#555, #aaa)); }
body { margin: 0; padding: 0 1rem 2rem; font: 13px/1.5 var(--vscode-font-family, system-ui, sans-serif);
  color: var(--vscode-foreground, CanvasText); background: var(--vscode-editor-background, Canvas); }
body.page { max-width: 75rem; margin: 0 auto; }
header { position: sticky; top: 0; z-index: 1; padding: .75rem 0 .5rem; background: var(--vscode-editor-background, Canvas);
  border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; }
h1 { font-size: 1.2rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; margin: 1.1rem 0 .2rem; color: var(--muted); }
.sentence { margin: 0; flex-basis: 100%; font-size: 1.05em; overflow-wrap: anywhere; }
.counts { display: flex; gap: .5rem; list-style: none; margin: 0; padding: 0; flex: 1; flex-wrap: wrap; }
.counts li { padding: 0 .5rem; border-radius: 1rem; border: 1px solid currentColor; white-space: nowrap; }
label { cursor: pointer; }
label::before { content: '☐ '; }
.only { position: absolute; opacity: 0; }
.only:checked ~ header label::before { content: '☑ '; }
.only:focus-visible ~ header label { outline: 1px solid var(--vscode-focusBorder, Highlight); outline-offset: 2px; }
.only:checked ~ main :is(.row.matches, .row.unknown, .row.waived, .group.quiet), .only:not(:checked) ~ main .hidden, .hidden:empty { display: none; }
.hidden { margin: .5rem 0 0; color: var(--muted); }
.sides, .row { display: grid; grid-template-columns: minmax(0, 1fr) 7.5rem minmax(0, 1fr); gap: 0 .75rem; padding: .3rem .5rem; border-left: 3px solid transparent; }
.sides { font-weight: 600; padding-top: .75rem; padding-bottom: 0; }
.sides small { display: block; font-weight: 400; }
.sides > :nth-child(2) { text-align: center; }
.row { border-radius: 2px; scroll-margin: 7rem 0 1rem; }
.row + .row { border-top: 1px solid var(--line); }
.row:focus-visible, .place:focus-visible { outline: 1px solid var(--vscode-focusBorder, Highlight); outline-offset: -1px; }
.row:hover { background: var(--vscode-list-hoverBackground, #8881); }
.row.differs { border-left-color: var(--differs); }
.row.unspecced { border-left-color: var(--extra); }
.row.unknown, .row.finding { border-left-color: var(--unsure); }
.differs .word, .counts .differs { color: var(--differs); }
.unspecced .word, .counts .unspecced { color: var(--extra); }
.unknown .word, .finding .word, .counts .unknown, .counts .finding { color: var(--unsure); }
.matches .mark, .counts .matches { color: var(--good); }
.verdict { text-align: center; line-height: 1.35; }
.verdict > * { display: block; }
.verdict code { font-size: .8em; color: var(--muted); background: none; padding: 0; font-family: var(--vscode-editor-font-family, ui-monospace, monospace); }
.mark { font-weight: 700; }
.place { display: block; color: inherit; text-decoration: none; }
a.place:hover :is(pre, .says) { text-decoration: underline; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: .95em/1.45 var(--vscode-editor-font-family, ui-monospace, monospace); }
.about { color: var(--muted); }
small { color: var(--muted); overflow-wrap: anywhere; }
.stage { display: block; }
.nothing, .says { margin: 0; overflow-wrap: anywhere; }
.nothing { color: var(--muted); font-style: italic; }
.why { grid-column: 1 / -1; margin: .2rem 0 .1rem; overflow-wrap: anywhere; }
footer { margin-top: 1.5rem; color: var(--muted); }
footer p { margin: .1rem 0; }
kbd { font: inherit; padding: 0 .25em; border: 1px solid var(--line); border-radius: 3px; }
.refused { margin: 1rem 0; }
@media (max-width: 600px) { .sides, .row { grid-template-columns: minmax(0, 1fr) 4.75rem minmax(0, 1fr); gap: 0 .5rem; } }
@media (max-width: 380px) { header { position: static; } .sides { display: none; } .row { grid-template-columns: minmax(0, 1fr); gap: .15rem; }
  .verdict { order: -1; text-align: left; } .verdict > * { display: inline; margin-right: .5rem; } .does { padding-left: .75rem; } }
`;
