import { resolved, type SchemaNode } from '../schema';

/** A place of a template, made when a document first has it: its path with `[]` for items, and what the template says there. */
export interface TemplatePlace {
  /** What is in a step has the path of what is in the last stage. */
  path: string;
  schema: SchemaNode | undefined;
  key(name: string): TemplatePlace;
  item(): TemplatePlace;
}

/** The root of a template's places, to be walked with a document; each place is resolved once. */
export function templatePlaces(root: SchemaNode): TemplatePlace {
  const place = (path: string, schema: SchemaNode | undefined): TemplatePlace => {
    const keys = new Map<string, TemplatePlace>();
    let items: TemplatePlace | undefined;
    const inStep = path === 'steps.[]' ? '' : path;
    return {
      path,
      schema,
      key(name) {
        let found = keys.get(name);
        if (!found) {
          const known = schema?.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
          found = place(inStep === '' ? name : `${inStep}.${name}`, known && resolved(root, known));
          keys.set(name, found);
        }
        return found;
      },
      item: () => (items ??= place(`${path}.[]`, schema?.items && resolved(root, schema.items))),
    };
  };
  return place('', root);
}
