import { compareModel } from '../engine/conformance';
import type { CompareContext, ModelReport } from '../engine/conformance';
import type { NodeNames, ProjectIndex, RelationNode } from '../engine/project/types';
import type { SpecDocument } from '../engine/spec';
import type { ReadResult, Workspace } from '../engine/workspace';

/** Comparisons that are kept as long as all they read is the same: diagnostics, lenses and hovers ask for one and the same. */
export interface Reports {
  of(context: CompareContext, spec: SpecDocument, node: RelationNode | undefined): Promise<ModelReport>;
}

/** What a comparison read of its project. */
interface Used {
  nodes: Map<string, RelationNode | undefined>;
  named: Map<string, readonly RelationNode[]>;
  files: Map<string, RelationNode | undefined>;
  reads: Map<string, ReadResult>;
  /** It went through all nodes. */
  all: boolean;
}

interface Kept {
  report: Promise<ModelReport>;
  parts: readonly unknown[];
  used: Used;
  /** What it was last found to hold under, which is not kept for its sake. */
  index: WeakRef<ProjectIndex>;
  nodes: WeakRef<ProjectIndex['nodes']>;
  stamp: string;
  isSettled: boolean;
}

/** Reports that are kept: those that were asked for last. */
const MOST = 60;

/** Keeps comparisons. `stamp` says which texts of documents are open: where it is the same, they are. */
export function keptReports(stamp: () => string): Reports {
  const known = new Map<string, Kept>();
  return {
    async of(context, spec, node) {
      const found = known.get(spec.path);
      if (found && (await holds(found, context, partsOf(context, spec, node), stamp()))) {
        known.delete(spec.path);
        known.set(spec.path, found);
        return found.report;
      }
      const used: Used = { nodes: new Map(), named: new Map(), files: new Map(), reads: new Map(), all: false };
      const report = compareModel(noting(context, used), spec, node);
      const kept: Kept = { report, parts: partsOf(context, spec, node), used, index: new WeakRef(context.project), nodes: new WeakRef(context.project.nodes), stamp: stamp(), isSettled: false };
      known.set(spec.path, kept);
      const oldest = known.keys().next();
      if (known.size > MOST && !oldest.done) known.delete(oldest.value);
      report.then(
        () => (kept.isSettled = true),
        () => {
          // What failed is tried again.
          if (known.get(spec.path) === kept) known.delete(spec.path);
        },
      );
      return report;
    },
  };
}

/** All that decides a report beside nodes and files. */
function partsOf({ project, config, today }: CompareContext, spec: SpecDocument, node: RelationNode | undefined): unknown[] {
  const { name, adapter, dialect, targetPath, macros, varsOf, dispatch, orphanTests, artifacts } = project;
  return [spec.text, spec.template, node, config, today, name, adapter, dialect, targetPath, macros, varsOf, JSON.stringify([dispatch, artifacts]), orphanTests];
}

async function holds(kept: Kept, { project, workspace }: CompareContext, parts: readonly unknown[], stamp: string): Promise<boolean> {
  if (parts.some((part, index) => part !== kept.parts[index])) return false;
  const { used } = kept;
  const isSameIndex = kept.index.deref() === project;
  // What it will have read is not known before it is done.
  if (!kept.isSettled) return isSameIndex && kept.stamp === stamp;
  return (isSameIndex || isSameProject(used, kept.nodes.deref(), project)) && (await isSameText(used, workspace)) && renewed(kept, project, stamp);
}

function renewed(kept: Kept, project: ProjectIndex, stamp: string): true {
  kept.index = new WeakRef(project);
  kept.nodes = new WeakRef(project.nodes);
  kept.stamp = stamp;
  return true;
}

function isSameProject(used: Used, before: ProjectIndex['nodes'] | undefined, project: ProjectIndex): boolean {
  if (used.all && before !== project.nodes) return false;
  for (const [id, node] of used.nodes) if (project.nodes.get(id) !== node) return false;
  for (const [name, nodes] of used.named) if (!isSameList(nodes, project.names?.named(name) ?? [])) return false;
  for (const [file, node] of used.files) if (project.names?.ofFile(file) !== node) return false;
  return true;
}

/** Files are looked at each time: not every client says when one changed on disk. */
async function isSameText({ reads }: Used, workspace: Workspace): Promise<boolean> {
  const same = await Promise.all([...reads].map(async ([path, read]) => isSameRead(read, await workspace.read(path))));
  return !same.includes(false);
}

function isSameList(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((one, index) => one === right[index]);
}

function isSameRead(before: ReadResult, now: ReadResult): boolean {
  return before.kind === 'text' && now.kind === 'text' ? before.text === now.text && before.invalidUtf8 === now.invalidUtf8 : JSON.stringify(before) === JSON.stringify(now);
}

/** The context with a note of all that is read through it. */
function noting(context: CompareContext, used: Used): CompareContext {
  const { project, workspace } = context;
  const nodes = notedNodes(project.nodes, used);
  const { names } = project;
  const noted: NodeNames | undefined = names && {
    of: nodes,
    has(name) {
      used.named.set(name, names.named(name));
      return names.has(name);
    },
    named(name) {
      const found = names.named(name);
      used.named.set(name, found);
      return found;
    },
    ofFile(file) {
      const found = names.ofFile(file);
      used.files.set(file, found);
      return found;
    },
  };
  const whole = <T>(value: (() => T) | undefined): PropertyDescriptor => ({
    value: value && ((): T => {
      used.all = true;
      return value();
    }),
  });
  // The rest of the project is the same for as long as it is the same object, or among the parts.
  const index = Object.create(project, { nodes: { value: nodes, enumerable: true }, names: { value: noted, enumerable: true }, outline: whole(project.outline), pointing: whole(project.pointing) }) as ProjectIndex;
  const reading: Workspace = {
    ...workspace,
    async read(path) {
      const read = await workspace.read(path);
      used.reads.set(path, read);
      return read;
    },
  };
  return { ...context, project: index, workspace: reading };
}

function notedNodes(nodes: ReadonlyMap<string, RelationNode>, used: Used): ReadonlyMap<string, RelationNode> {
  const all = (): ReadonlyMap<string, RelationNode> => {
    used.all = true;
    return nodes;
  };
  const get = (id: string): RelationNode | undefined => {
    const node = nodes.get(id);
    used.nodes.set(id, node);
    return node;
  };
  return {
    get,
    has: (id) => get(id) !== undefined,
    get size() {
      return all().size;
    },
    keys: () => all().keys(),
    values: () => all().values(),
    entries: () => all().entries(),
    forEach: (visit, self) => all().forEach(visit, self),
    [Symbol.iterator]: () => all()[Symbol.iterator](),
  };
}
