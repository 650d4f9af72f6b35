"""What sqlglot reads in compiled SQL: inputs, joins, grouping, output columns. JSON lines in, JSON lines out.

A line asks `{id, dialect, sql, columns: {path: [name]}}`, `columns` only of relations that are wholly known, and gets
`{id, facts: {inputs, joins, groups, columns}}` or `{id, failed}`. Only what the output depends on counts, and a CTE that
dbt injects for an ephemeral model counts as an input. Every fact is a text, so that two sides can be compared as lists.
"""

from __future__ import annotations

import json
import sys

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import Scope, build_scope

from queries import READ_AS

EPHEMERAL = "__dbt__cte__"


class Reader:
    """Collects the facts of one query, scope by scope, from the output inwards."""

    def __init__(self, columns: dict[str, list[str]]):
        self.known = columns
        self.seen: set[int] = set()
        self.inputs: set[str] = set()
        self.joins: list[str] = []
        self.groups: list[str] = []

    def read(self, scope: Scope) -> None:
        if id(scope.expression) in self.seen:
            return
        self.seen.add(id(scope.expression))
        if isinstance(scope.expression, exp.SetOperation):
            for branch in scope.set_operation_scopes:
                self.read(branch)
            return
        for name in self.attached(scope):
            self.source(scope, name)
        for inner in scope.subquery_scopes:
            self.read(inner)
        if isinstance(scope.expression, exp.Select):
            self.joins += [text for join in scope.expression.args.get("joins") or [] if (text := join_text(join))]
            if (group := group_text(scope.expression)) is not None:
                self.groups.append(group)

    def attached(self, scope: Scope) -> list[str]:
        return [name for name in scope.selected_sources]

    def source(self, scope: Scope, name: str) -> None:
        source = scope.sources[name]
        node = scope.selected_sources[name][0]
        if isinstance(node, exp.Table) and node.name.lower().startswith(EPHEMERAL) and not node.db:
            self.inputs.add(node.name.lower())
        elif isinstance(source, Scope):
            self.read(source)
        elif isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
            self.inputs.add(path_of(source))

    def outputs(self, scope: Scope, depth: int = 0) -> list[str]:
        """Names of a query's output columns; `*` for each source whose columns are not known."""
        expression = scope.expression
        if depth > 60:
            return ["*"]
        if isinstance(expression, exp.SetOperation):
            return self.outputs(scope.set_operation_scopes[0], depth + 1)
        names: list[str] = []
        for item in expression.expressions:
            names += self.star(scope, item, depth) if item.is_star else [item.alias_or_name.lower()]
        return names

    def star(self, scope: Scope, item: exp.Expression, depth: int) -> list[str]:
        star = item.this if isinstance(item, exp.Column) else item
        table = item.table.lower() if isinstance(item, exp.Column) else None
        left_out = {part.name.lower() for part in star.args.get("except_") or star.args.get("except") or []}
        renamed = {part.this.name.lower(): part.alias.lower() for part in star.args.get("rename") or []}
        merged = {part.name.lower() for join in scope.expression.args.get("joins") or [] for part in join.args.get("using") or []}
        names: list[str] = []
        for name in self.attached(scope):
            if table is not None and name.lower() != table:
                continue
            for column in self.columns_of(scope, name, depth):
                if column in left_out or (table is None and column in merged and column in names):
                    continue
                names.append(renamed.get(column, column))
        return names

    def columns_of(self, scope: Scope, name: str, depth: int) -> list[str]:
        source, node = scope.sources[name], scope.selected_sources[name][0]
        if isinstance(node, exp.Table) and node.name.lower().startswith(EPHEMERAL) and not node.db:
            return ["*"]
        named = [column.name.lower() for column in (node.args.get("alias") and node.args["alias"].args.get("columns")) or []]
        if named:
            return named
        if isinstance(source, Scope):
            cte = source.expression.parent
            renamed = [column.name.lower() for column in (isinstance(cte, exp.CTE) and cte.args["alias"].args.get("columns")) or []]
            return renamed or self.outputs(source, depth + 1)
        return self.known.get(path_of(source)) or ["*"]


def path_of(table: exp.Table) -> str:
    return ".".join(part.name.lower() for part in table.parts)


def join_text(join: exp.Join) -> str | None:
    """A join as type, alias, key pairs and the columns of its other conditions; nothing for an unnest or a lateral."""
    target = join.this
    if isinstance(target, (exp.Unnest, exp.Lateral, exp.Explode)) or (isinstance(target, exp.Table) and isinstance(target.this, exp.Func)):
        return None
    words = " ".join(filter(None, [join.method, join.side, join.kind])).lower()
    on, using = join.args.get("on"), [item.name.lower() for item in join.args.get("using") or []]
    trivial = isinstance(on, exp.Boolean) and on.this
    kind = next((name for name in ("semi", "anti", "cross", "left", "right", "full") if name in words), "inner")
    if kind == "inner" and (trivial or (on is None and not using)):
        kind = "cross"
    keys, rest = [f"{name}={name}" for name in using], []
    for part in on.flatten() if isinstance(on, exp.And) else [on] if on is not None and not trivial else []:
        part = part.unnest()
        if isinstance(part, exp.And):
            rest_parts = [piece.unnest() for piece in part.flatten()]
        else:
            rest_parts = [part]
        for piece in rest_parts:
            sides = (piece.this.unnest(), piece.expression.unnest()) if isinstance(piece, exp.EQ) else ()
            if sides and all(isinstance(side, exp.Column) for side in sides):
                keys.append("=".join(sorted(column_text(side) for side in sides)))
            else:
                rest.append(columns_text(piece))
    return f"{kind} {target.alias_or_name.lower()} on {', '.join(sorted(keys))} + {'; '.join(sorted(rest))}"


def group_text(select: exp.Select) -> str | None:
    """Grouping expressions as their columns, positions taken from the select list; `()` where an aggregate stands alone."""
    group = select.args.get("group")
    if group is None:
        aggregates = any(own_aggregates(item) for item in select.expressions) or select.args.get("having") is not None
        return "()" if aggregates else None
    if group.args.get("all"):
        return shape([expression_text(unaliased(item)) for item in select.expressions if not own_aggregates(item)])
    texts = []
    for item in group.expressions:
        before = select.expressions[: int(item.this)] if isinstance(item, exp.Literal) and item.is_int else []
        if before and not any(each.is_star for each in before):
            item = unaliased(before[-1])
        texts.append(expression_text(item))
    return shape(texts)


def shape(texts: list[str]) -> str:
    return f"({', '.join(sorted(texts))})"


def unaliased(item: exp.Expression) -> exp.Expression:
    return item.unalias()


def own_aggregates(item: exp.Expression) -> bool:
    """True where an aggregate of this SELECT stands in an item: no window function, none of a subquery."""
    for node in item.find_all(exp.AggFunc):
        parent, inside = node.parent, False
        while parent is not None and parent is not item.parent:
            inside = inside or isinstance(parent, (exp.Window, exp.Query))
            parent = parent.parent
        if not inside:
            return True
    return False


def expression_text(item: exp.Expression) -> str:
    item = item.unnest()
    if isinstance(item, exp.Column):
        return column_text(item)
    if isinstance(item, exp.Literal):
        return f"'{item.this}'"
    if isinstance(item, (exp.Boolean, exp.Null)):
        return f"'{item.sql().lower()}'"
    return columns_text(item)


def columns_text(item: exp.Expression) -> str:
    return f"[{' '.join(sorted(column_text(column) for column in item.find_all(exp.Column) if not within_query(column, item)))}]"


def within_query(node: exp.Expression, top: exp.Expression) -> bool:
    parent = node.parent
    while parent is not None and parent is not top.parent:
        if isinstance(parent, exp.Query) and parent is not top:
            return True
        parent = parent.parent
    return False


def column_text(column: exp.Column) -> str:
    return f"{column.table}.{column.name}".lower() if column.table else column.name.lower()


def facts_of(question: dict) -> dict:
    tree = sqlglot.parse_one(question["sql"], read=READ_AS.get(question["dialect"], question["dialect"]))
    scope = build_scope(tree)
    if scope is None:
        raise ValueError(f"not a query but {type(tree).__name__}")
    reader = Reader(question.get("columns", {}))
    reader.read(scope)
    return {"inputs": sorted(reader.inputs), "joins": sorted(reader.joins), "groups": sorted(reader.groups), "columns": reader.outputs(scope)}


def answer(line: str) -> dict:
    question = json.loads(line)
    try:
        return {"id": question["id"], "facts": facts_of(question)}
    except Exception as error:
        return {"id": question["id"], "failed": " ".join(str(error).split())[:300]}


if __name__ == "__main__":
    for line in sys.stdin:
        if line.strip():
            sys.stdout.write(json.dumps(answer(line)) + "\n")
