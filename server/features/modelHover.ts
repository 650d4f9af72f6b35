import type { Hover, Position } from 'vscode-languageserver';
import { placeAround, type WhyLine } from '../../engine/why';
import { approvalText, findingSentence, missingRule, onDataTexts, unasked, verdictsOf } from '../../engine/why/words';
import { whyIn } from '../compareDocument';
import { code, escape } from '../markdown';
import type { LoadedProject, Place, Session } from '../session';

const WORDS = { matches: 'matches', differs: 'differs', unknown: "can't tell" } as const;

/** Hover in a model's SQL: the line of the spec it does the work of, the verdict, and the business rule behind it; nothing without a spec. */
export async function modelHoverAt(session: Session, project: LoadedProject, place: Place, position: Position): Promise<Hover | null> {
  const answer = await whyIn(project, place, position);
  if (!answer) return null;
  const { report, found } = answer;
  const range = placeAround(report, found, position);
  const parts = [...found.lines.map((line) => lineText(session, project, line)), ...found.findings.map((finding) => `**${finding.unspecced ? 'not in the spec' : 'noticed'}** ${code(finding.rule)}\n\n${escape(findingSentence(finding))}`)];
  return parts.length === 0 ? null : { ...(range ? { range } : {}), contents: { kind: 'markdown', value: parts.join('\n\n---\n\n') } };
}

function lineText(session: Session, project: LoadedProject, line: WhyLine): string {
  const link = (text: string, file: string, at: number): string => `[${escape(text)}](${session.uriOf(project.root, file)}#L${at + 1})`;
  const rules = line.rules.map((rule) => (rule.sentence === null || rule.file === null ? `- ${escape(missingRule(rule))}` : `- ${link(rule.id, rule.file, rule.range?.start.line ?? 0)}: ${escape(rule.sentence)} (${[approvalText(rule.approvals), ...onDataTexts(rule)].map(escape).join('; ')})`));
  return [`**${WORDS[line.verdict]}** ${link(line.address, line.spec.file, line.spec.range.start.line)}`, ...verdictsOf(line).map(escape), [...rules, ...unasked(line)].join('\n')].filter((part) => part !== '').join('\n\n');
}
