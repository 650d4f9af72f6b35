"""SQL of any dialect as DuckDB text over plainly named tables, the same every time it runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

NOW = "2024-03-15 12:30:00"
CLOCKS = tuple(
    getattr(exp, name)
    for name in ("CurrentTimestamp", "CurrentDatetime", "Localtimestamp", "CurrentTimestampLTZ", "Systimestamp")
    if hasattr(exp, name)
)
CLOCK_NAMES = {"getdate", "sysdate", "now", "current_timestamp", "localtimestamp", "current_datetime", "systimestamp"}
ZONED = {exp.DataType.Type.TIMESTAMPTZ, exp.DataType.Type.TIMESTAMPLTZ, exp.DataType.Type.TIMESTAMPNTZ}


@dataclass
class Table:
    """An input: the name it has in DuckDB, its columns with the types its warehouse gives them, and those its tests want to be unique together."""

    name: str
    columns: dict[str, str]
    known: bool
    unique: list[list[str]] = field(default_factory=list)


@dataclass
class Query:
    """DuckDB text of one query, its tree, and the inputs it reads."""

    text: str
    tree: exp.Expression
    tables: list[Table] = field(default_factory=list)


class Inputs:
    """Every input of one model, by the dotted name its SQL writes; what a query reads beyond them is added as it is met."""

    def __init__(self, relations: list[dict], dialect: str):
        self.by_path: dict[str, Table] = {}
        for relation in relations:
            path = path_of(relation["rendered"], dialect)
            columns = {column["name"]: column.get("type") or "" for column in relation.get("columns", [])}
            known = bool(columns) and all(columns.values())
            self.by_path.setdefault(path, Table(f"t{len(self.by_path)}_{safe(path)}", columns, known, relation.get("unique", [])))

    def table(self, path: str) -> Table:
        """The input of that name; one without columns where nothing is known of it."""
        return self.by_path.setdefault(path, Table(f"t{len(self.by_path)}_{safe(path)}", {}, False))


def safe(path: str) -> str:
    return re.sub(r"\W+", "_", path.rsplit(".", 1)[-1])


def path_of(rendered: str, dialect: str) -> str:
    return ".".join(part for part in re.sub(r'[`"\[\]]', "", rendered).lower().split(".") if part)


def prepare(text: str, dialect: str, inputs: Inputs) -> Query:
    """Parses one query and renders it for DuckDB. Raises sqlglot's errors where it cannot."""
    tree = sqlglot.parse_one(text, read=READ_AS.get(dialect, dialect))
    if not isinstance(tree, exp.Query):
        raise ValueError(f"not a query but {type(tree).__name__}")
    tables = name_tables(tree, inputs)
    for node in reversed(list(tree.walk(bfs=False))):
        same = same_every_time(node)
        if same is not node:
            node.replace(same)
    return Query(tree.sql(dialect="duckdb", comments=False), tree, tables)


READ_AS = {"generic": "postgres"}


def name_tables(tree: exp.Expression, inputs: Inputs) -> list[Table]:
    """Gives every input its DuckDB name in place, keeps the alias its columns are written with, and learns columns that nobody declared."""
    scopes = traverse_scope(tree)
    readers = readers_of(scopes)
    numbers = number_names(tree)
    found: list[tuple[Table, exp.Table]] = []
    for scope in scopes:
        for alias, source in scope.sources.items():
            if not isinstance(source, exp.Table) or not isinstance(source.this, exp.Identifier):
                continue
            table = inputs.table(".".join(part.name.lower() for part in source.parts))
            known = {name.lower() for name in table.columns}
            for name in read_columns(scope, alias, readers, inputs, table.known, set()):
                if name.lower() not in known:
                    known.add(name.lower())
                    table.columns[name] = "double" if name.lower() in numbers else ""
            found.append((table, source))
    for table, source in found:
        if not source.alias:
            source.set("alias", exp.TableAlias(this=exp.to_identifier(source.name, quoted=True)))
        source.set("this", exp.to_identifier(table.name))
        source.set("db", None)
        source.set("catalog", None)
    for column in tree.find_all(exp.Column):
        column.set("db", None)
        column.set("catalog", None)
    return list({table.name: table for table, _ in found}.values())


def number_names(tree: exp.Expression) -> set[str]:
    """Names that a query adds up, or puts beside a number: what is known of the type of a column that nobody declared."""
    names: set[str] = set()
    for node in tree.find_all(exp.Sum, exp.Avg, exp.Coalesce, exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE):
        parts = [part for part in [node.this, node.args.get("expression"), *node.args.get("expressions", [])] if isinstance(part, exp.Expression)]
        if isinstance(node, (exp.Sum, exp.Avg)) or any(isinstance(part, exp.Literal) and not part.is_string for part in parts):
            names.update(part.name.lower() for part in parts if isinstance(part, exp.Column))
    return names


def readers_of(scopes: list[Scope]) -> dict[int, list[tuple[Scope, str]]]:
    """Who reads each scope, and under which alias."""
    readers: dict[int, list[tuple[Scope, str]]] = {}
    for scope in scopes:
        for alias, source in scope.sources.items():
            if isinstance(source, Scope):
                readers.setdefault(id(source), []).append((scope, alias))
        for branch in scope.set_operation_scopes or []:
            readers.setdefault(id(branch), []).extend(readers.get(id(scope), []))
    return readers


def read_columns(scope: Scope, alias: str, readers: dict, inputs: Inputs, known: bool, seen: set) -> list[str]:
    """Columns a scope reads of one of its sources, also through stars; of a known relation only those that name its alias."""
    if (id(scope), alias) in seen:
        return []
    seen.add((id(scope), alias))
    names = [column.name for column in scope.columns if column.table.lower() == alias.lower() or (not known and not column.table and is_owner(scope, alias, column.name.lower(), inputs))]
    names += [item.name for join in scope.expression.args.get("joins") or [] for item in join.args.get("using") or []] if not known else []
    if not known and any(item.is_star for item in getattr(scope.expression, "expressions", [])):
        own = {item.alias_or_name.lower() for item in scope.expression.expressions if not item.is_star}
        for reader, name in readers.get(id(scope), []):
            names += [column for column in read_columns(reader, name, readers, inputs, known, seen) if column.lower() not in own]
    return [name for name in names if name and name != "*"]


def is_owner(scope: Scope, alias: str, name: str, inputs: Inputs) -> bool:
    """True where an unqualified column can only be this source's: no other is known to have it, and this is the first that might."""
    maybe = None
    for other, (_, source) in scope.selected_sources.items():
        columns = listed(source, inputs)
        if columns is not None and name in columns:
            return False
        if columns is None and maybe is None:
            maybe = other
    return maybe == alias


def listed(source: exp.Table | Scope, inputs: Inputs) -> set[str] | None:
    """Column names of a source; none where a star or an unknown relation leaves them open."""
    if isinstance(source, Scope):
        names = getattr(source.expression, "named_selects", ["*"])
        return None if "*" in names else {name.lower() for name in names}
    table = inputs.table(".".join(part.name.lower() for part in source.parts))
    return {name.lower() for name in table.columns} if table.known else None


def same_every_time(node: exp.Expression) -> exp.Expression:
    """Clocks, dice and zones made constant, and casts that do not fail on generated values, so that two runs can be compared."""
    if isinstance(node, CLOCKS) or (isinstance(node, exp.Anonymous) and str(node.this).lower() in CLOCK_NAMES):
        return exp.cast(exp.Literal.string(NOW), "timestamp")
    if isinstance(node, exp.CurrentDate):
        return exp.cast(exp.Literal.string(NOW[:10]), "date")
    if isinstance(node, exp.Rand):
        return exp.Literal.number("0.5")
    if isinstance(node, exp.Uuid):
        return exp.Literal.string("00000000-0000-4000-8000-000000000000")
    if isinstance(node, exp.AtTimeZone):
        return node.this
    if isinstance(node, exp.ConvertTimezone):
        return node.args["timestamp"]
    if isinstance(node, exp.DataType) and node.this in ZONED:
        return exp.DataType.build("timestamp")
    if type(node) is exp.Cast:
        return exp.TryCast(**{key: value for key, value in node.args.items()})
    return node
