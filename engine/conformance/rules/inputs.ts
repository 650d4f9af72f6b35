import { resolveRef, resolveSource } from '../../project/lookup';
import { lookupInput } from '../../spec/checkTechnical';
import { aliasOf } from '../lowerSpec';
import { clausesOf, differs, matches, NOTHING, unknown, type Judging, type Outcome, type Rule } from './rule';

/** unique_ids the model is known to read: its graph, its literal refs, and a fresh manifest's dependencies. */
export function readBy(judging: Judging): Set<string> {
  const { analysis, modelGraph, node, context } = judging;
  const uids = new Set(modelGraph?.relations.map((relation) => relation.uid) ?? []);
  // A fresh manifest knows which branches dbt took; the raw file alone names the refs of all of them.
  const resolved = node?.compiled?.fresh === true ? node.dependsOn : undefined;
  if ((analysis?.references ?? []).some((reference) => reference.kind === 'this')) uids.add('this');
  if (resolved) return new Set([...uids, ...resolved]);
  for (const reference of analysis?.references ?? []) {
    const found = reference.kind === 'source' ? resolveSource(context.project, reference.sourceName ?? '', reference.name) : resolveRef(context.project, reference);
    if (reference.kind !== 'this' && found.kind === 'one') uids.add(found.node.uniqueId);
  }
  return uids;
}

/** True where nothing could be read that is not known: all references are literal, or the manifest is fresh. */
export function readsKnown(judging: Judging): boolean {
  return judging.analysis?.referencesComplete === true || (judging.node?.compiled?.fresh === true && judging.node.dependsOn !== undefined);
}

export const INPUT001: Rule = {
  code: 'INPUT001',
  question: 'Does the model read every input of the spec?',
  severity: 'error',
  evidence: 'refs and sources of the SQL, depends_on of a fresh manifest',
  judge(judging): Outcome {
    const read = readBy(judging);
    const judgements = clausesOf(judging, 'input').map((clause) => {
      const input = judging.facts.inputs?.items[clause.index];
      if (!input) return unknown(clause.id, 'not-checked', 'The input could not be read.');
      const found = input.kind === 'this' ? undefined : lookupInput(judging.context.project, input);
      const uid = input.kind === 'this' ? 'this' : found?.kind === 'one' ? (found.node.uniqueId === judging.node?.uniqueId ? 'this' : found.node.uniqueId) : `${input.kind}:${input.kind === 'source' ? `${input.sourceName ?? ''}.` : ''}${input.name}`;
      const relation = judging.modelGraph?.relations.find((r) => r.uid === uid);
      if (read.has(uid)) return matches(clause.id, `The model reads ${input.name}.`, relation ? [relation.relation.span] : (judging.analysis?.references ?? []).filter((r) => r.name === input.name && judging.analysis?.analysis.in === 'raw').slice(0, 1).map((r) => r.span));
      if (!judging.analysis) return unknown(clause.id, judging.blind.reason, judging.blind.message);
      if (found && found.kind !== 'one') return unknown(clause.id, 'evidence-missing', `${input.name} is not known in this project, so it cannot be told apart from what the model reads.`);
      if (!readsKnown(judging)) return unknown(clause.id, judging.blind.reason, `Jinja hides part of what the model reads, ${input.name} may be among it.`);
      return differs(clause.id, `The spec reads ${input.name}; the model does not.`);
    });
    return { judgements, findings: [] };
  },
};

export const INPUT002: Rule = {
  code: 'INPUT002',
  question: 'Does the model read only what the spec lists?',
  severity: 'warning',
  evidence: 'refs and sources of the SQL, depends_on of a fresh manifest',
  judge(judging): Outcome {
    if (!judging.facts.inputs || !judging.analysis) return NOTHING;
    const specced = new Set(judging.specGraph.relations.map((relation) => relation.uid));
    const names = new Set(judging.facts.inputs.items.map((input) => input.name.toLowerCase()));
    const findings = [...readBy(judging)]
      .filter((uid) => uid !== '' && !specced.has(uid) && !/^(opaque|function|values|name|macro):/.test(uid) && judging.context.project.nodes.has(uid))
      .flatMap((uid) => {
        const node = judging.context.project.nodes.get(uid);
        const label = node?.kind === 'source' ? `${node.sourceName ?? ''}.${node.name}` : (node?.name ?? uid);
        const relation = judging.modelGraph?.relations.find((r) => r.uid === uid);
        const reference = judging.analysis?.references.find((r) => r.name === node?.name);
        // An unresolved input of the same name may well be this one.
        if (names.has((node?.name ?? '').toLowerCase()) && judging.specGraph.relations.some((r) => /^(ref|source):/.test(r.uid))) return [];
        const at = relation ? [relation.relation.span] : reference && judging.analysis?.analysis.in === 'raw' ? [reference.span] : [];
        const item = node?.kind === 'source' ? { source: label } : { ref: node?.name ?? label };
        return [{ key: uid, group: 'inputs' as const, unspecced: true, message: `The model reads ${label}, which the spec does not list.`, at, specSpan: judging.facts.inputs?.keySpan, suggestion: { section: 'inputs', item } }];
      });
    return { judgements: [], findings };
  },
};

export const INPUT003: Rule = {
  code: 'INPUT003',
  question: 'Does the model read tables through ref and source?',
  severity: 'warning',
  evidence: 'relations written out in the raw SQL',
  judge(judging): Outcome {
    if (judging.analysis?.analysis.in !== 'raw') return NOTHING;
    const findings = (judging.modelGraph?.relations ?? [])
      .filter((relation) => relation.uid.startsWith('name:') && relation.relation.text.includes('.'))
      .map((relation) => ({ key: relation.uid, group: 'inputs' as const, unspecced: false, message: `${relation.relation.text} is written out; dbt cannot see that the model depends on it, use ref() or source().`, at: [relation.relation.span] }));
    return { judgements: [], findings };
  },
};

/** The alias of an input by its unique id, for messages. */
export function inputAlias(judging: Judging, uid: string): string | undefined {
  const relation = judging.specGraph.relations.find((r) => r.uid === uid);
  const input = judging.facts.inputs?.items.find((i) => i.span.start === relation?.relation.span.start);
  return input && aliasOf(input);
}
