import { get, items, text, type YamlTree } from '../yaml/tree';
import { asRecord } from './properties';
import type { Json, Place, PrimaryEntity } from './types';

/** A primary entity and the model it is unique in: by dbt's unique_id from a manifest, by name from YAML. */
export interface EntityOfModel {
  model: string;
  entity: PrimaryEntity;
}

/** Primary entities of a manifest's `semantic_models` that are one column. */
export function manifestEntities(models: Record<string, Json>): EntityOfModel[] {
  return Object.values(models).flatMap((value) => {
    const model = asRecord(value);
    const parents = asRecord(model['depends_on'])['nodes'];
    const id = Array.isArray(parents) ? parents.find((parent): parent is string => typeof parent === 'string' && parent.startsWith('model.')) : undefined;
    const entities = Array.isArray(model['entities']) ? model['entities'].map(asRecord) : [];
    return entities.flatMap(({ type, name, expr }): EntityOfModel[] => {
      const column = columnOf(expr ?? name);
      return id === undefined || type !== 'primary' || column === undefined ? [] : [{ model: id, entity: { semanticModel: String(model['name'] ?? ''), name: String(name), column, from: 'E2' } }];
    });
  });
}

/** Primary entities of the `semantic_models` in a properties file that are one column. */
export function yamlEntities(tree: YamlTree | undefined, placeOf: (at: YamlTree) => Place): EntityOfModel[] {
  return items(get(tree, 'semantic_models')).flatMap((model) => {
    const ref = /^\s*ref\(\s*['"](\w+)['"]\s*\)\s*$/.exec(text(get(model, 'model')) ?? '')?.[1];
    return items(get(model, 'entities')).flatMap((entity): EntityOfModel[] => {
      const name = get(entity, 'name');
      const column = columnOf(text(get(entity, 'expr')) ?? text(name));
      if (ref === undefined || !name || column === undefined || text(get(entity, 'type')) !== 'primary') return [];
      return [{ model: ref, entity: { semanticModel: text(get(model, 'name')) ?? '', name: text(name) ?? '', column, place: placeOf(name), from: 'E1' } }];
    });
  });
}

/** An expression says which values are unique, not which column. */
function columnOf(expr: unknown): string | undefined {
  return typeof expr === 'string' && /^[A-Za-z_]\w*$/.test(expr) ? expr : undefined;
}
