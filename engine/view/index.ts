export { groupTitle, reasonText, sentenceOf, viewOf, type RowVerdict, type View, type ViewGroup, type ViewRow } from './rows';
export { escapeHtml, renderPage, renderSideBySide } from './html';
export { STYLE } from './style';
