"""Small data sets that let a changed query show: keys that meet, repeat and miss, nulls, and the values a query compares with."""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import dataclass, field

from sqlglot import exp

from queries import NOW, Table

DAY = dt.timedelta(days=1)
TODAY = dt.datetime.fromisoformat(NOW)
IDENTITY = re.compile(r"(^|_)(id|uuid|number|index|email|email_address|domain)s?$", re.I)
KEY_NAME = re.compile(r"(^|_)(id|key|code|uuid|number|index|email|domain)s?$", re.I)
COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.Like, exp.ILike, exp.NullSafeEQ, exp.NullSafeNEQ)
DUCK_TYPES = {"int": "BIGINT", "number": "DOUBLE", "bool": "BOOLEAN", "date": "DATE", "time": "TIME", "timestamp": "TIMESTAMP", "json": "JSON", "strings": "VARCHAR[]", "string": "VARCHAR"}


@dataclass
class Facts:
    """What a query says of values: literals by the column they are compared with, all its literals, its key columns, and what it splits texts at."""

    by_column: dict[str, set[str]] = field(default_factory=dict)
    literals: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    json: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    separators: dict[str, set[str]] = field(default_factory=dict)

    def merged(self, other: "Facts") -> "Facts":
        def both(own: dict[str, set[str]], more: dict[str, set[str]]) -> dict[str, set[str]]:
            return {name: own.get(name, set()) | more.get(name, set()) for name in {*own, *more}}

        separators = both(self.separators, other.separators)
        return Facts(both(self.by_column, other.by_column), self.literals | other.literals, self.keys | other.keys, self.json | other.json, self.paths | other.paths, separators)


@dataclass(frozen=True)
class Recipe:
    """How one data set is made. `distinct` gives each table's own key, its times and what its tests want to be unique once each; `copies` is the share of rows that repeat another."""

    seed: int
    rows: int
    keys: int
    nulls: float
    distinct: bool
    literals: float
    copies: float = 0.0


RECIPES = [
    Recipe(1, 8, 3, 0.0, False, 0.7),
    Recipe(2, 10, 12, 0.05, True, 0.7),
    Recipe(3, 12, 5, 0.15, False, 0.6),
    Recipe(4, 14, 4, 0.0, True, 0.8),
    Recipe(5, 5, 2, 0.3, False, 0.5),
    Recipe(6, 3, 2, 0.0, False, 0.9),
    Recipe(7, 30, 20, 0.1, True, 0.4),
    Recipe(8, 25, 8, 0.1, False, 0.8),
    Recipe(9, 15, 3, 0.02, True, 0.9),
    Recipe(10, 40, 6, 0.02, True, 0.6),
    Recipe(11, 9, 2, 0.0, False, 0.3),
    Recipe(12, 18, 2, 0.1, True, 0.5),
]


def more_recipes(count: int) -> list[Recipe]:
    """Recipes for mutants that the first ones do not tell apart: from few rows of one key to many of several, sparse and dense, with whole rows repeated."""
    made = []
    for seed in range(101, 101 + count):
        dice = random.Random(seed)
        rows = dice.choice([4, 8, 16, 30, 60])
        keys = max(1, dice.choice([1, 2, 3, rows // 4, rows]))
        made.append(Recipe(seed, rows, keys, dice.choice([0.0, 0.05, 0.2, 0.4]), seed % 3 == 0, dice.choice([0.3, 0.7, 0.95, 1.0]), 0.0 if seed % 3 == 0 else dice.choice([0.0, 0.3, 0.6])))
    return made


def facts_of(tree: exp.Expression) -> Facts:
    """Reads literals and keys out of a query's tree."""
    facts = Facts()
    facts.literals = values_in(tree)
    for node in tree.find_all(*COMPARISONS, exp.Case, exp.Coalesce):
        parts = [node.this, *[item.this for item in node.args.get("ifs", [])]] if isinstance(node, exp.Case) else [node]
        for part in filter(None, parts):
            columns = {column.name.lower() for column in part.find_all(exp.Column)}
            values = values_in(node if isinstance(node, exp.Case) and node.this is part else part)
            for name in columns:
                facts.by_column.setdefault(name, set()).update(values)
    for node in tree.find_all(exp.EQ):
        left, right = list(node.this.find_all(exp.Column)), list(node.expression.find_all(exp.Column))
        if left and right:
            facts.keys.update(column.name.lower() for column in [*left, *right])
    for join in tree.find_all(exp.Join):
        facts.keys.update(item.name.lower() for item in join.args.get("using") or [])
    for window in tree.find_all(exp.Window):
        facts.keys.update(column.name.lower() for item in window.args.get("partition_by") or [] for column in item.find_all(exp.Column))
    for node in tree.find_all(exp.SplitPart, exp.Split):
        separator = node.args.get("delimiter") or node.args.get("expression")
        if isinstance(separator, exp.Literal) and separator.this:
            for column in node.this.find_all(exp.Column):
                facts.separators.setdefault(column.name.lower(), set()).add(separator.this)
    for node in tree.find_all(exp.JSONExtract, exp.JSONExtractScalar, exp.ParseJSON, exp.JSONBExtract, exp.JSONBExtractScalar):
        facts.json.update(column.name.lower() for column in node.this.find_all(exp.Column))
        facts.paths.update(key.this for key in node.find_all(exp.JSONPathKey) if isinstance(key.this, str))
    return facts


def values_in(node: exp.Expression) -> set[str]:
    """Literals that data could hold: not the fillers of surrogate keys."""
    return {literal.this for literal in node.find_all(exp.Literal) if not literal.this.startswith("_dbt_utils")}


def family_of(name: str, declared: str) -> str:
    """The family of values of a column: from its warehouse's type, else from its name."""
    kind = declared.lower()
    if re.search(r"^array|\[\]$", kind):
        return "strings"
    for family, pattern in FAMILIES:
        if re.search(pattern, kind):
            return family
    for family, pattern in NAMES:
        if re.search(pattern, name.lower()):
            return family
    return "string"


FAMILIES = [
    ("json", r"json|variant|super|object|struct|record"),
    ("timestamp", r"timestamp|datetime"),
    ("date", r"^date$"),
    ("time", r"^time"),
    ("bool", r"bool"),
    ("int", r"int|serial|^number\(\d+(,\s*0)?\)$"),
    ("number", r"num|dec|float|double|real"),
    ("string", r"char|text|string|uuid|binary|bytes"),
]
NAMES = [
    ("timestamp", r"(_at|_timestamp|_synced|_time)$|^timestamp"),
    ("date", r"(^|_)(date|day|week|month)$"),
    ("bool", r"^(is|has|was)_|_(deleted|active)$|^deleted$"),
    ("int", r"(^|_)(id|count|number|index|rank|n)s?$"),
    ("number", r"amount|price|total|quantity|rate|value|cost|revenue|sum|minutes|seconds|hours|days"),
]


def make_table(table: Table, facts: Facts, recipe: Recipe) -> list[list]:
    """Rows of one input, the same for the same table, facts and recipe."""
    dice = random.Random(f"{recipe.seed}:{table.name}")
    own = own_key(table, facts)
    columns = [column_values(name, family_of(name, declared), facts, recipe, dice, name == own) for name, declared in table.columns.items()]
    rows = [list(row) for row in zip(*columns)]
    for index in range(1, len(rows)):
        if recipe.copies and dice.random() < recipe.copies:
            rows[index] = list(rows[dice.randrange(index)])
    return without_repeats(rows, table) if recipe.distinct else rows


def without_repeats(rows: list[list], table: Table) -> list[list]:
    """The rows that pass the input's own uniqueness tests together: of those that repeat a key the first."""
    names = [name.lower() for name in table.columns]
    for columns in table.unique:
        places = [names.index(name.lower()) for name in columns if name.lower() in names]
        if len(places) == len(columns):
            rows = list({tuple(str(row[place]) for place in places): row for row in reversed(rows)}.values())[::-1]
    return rows


def own_key(table: Table, facts: Facts) -> str | None:
    """The column that most likely tells a table's rows apart: `id`, `<table>_id`, the first `…_id`, else its first key."""
    base = re.sub(r"^t\d+_", "", table.name)
    ids = [name for name in table.columns if re.search(r"(^|_)id$", name, re.I)]
    for name in ids:
        if name.lower() == "id" or re.sub(r"_?id$", "", name.lower()).rstrip("s") in base:
            return name
    return ids[0] if ids else next((name for name in table.columns if name.lower() in facts.keys), None)


def column_values(name: str, family: str, facts: Facts, recipe: Recipe, dice: random.Random, own: bool) -> list:
    values = values_of(name, family, facts, recipe, dice, own)
    nulls = 0.0 if own and recipe.distinct else recipe.nulls
    return [None if dice.random() < nulls else value for value in values]


def values_of(name: str, family: str, facts: Facts, recipe: Recipe, dice: random.Random, own: bool) -> list:
    count = recipe.rows
    low = name.lower()
    is_key = own or low in facts.keys or bool(KEY_NAME.search(low))
    keys = dice.sample(range(1, max(recipe.keys, count) + 1), count) if own and recipe.distinct else [key_value(low, recipe, dice) for _ in range(count)]
    compared = facts.by_column.get(low, set())
    if low in facts.json or family == "json":
        return [json_text(facts, dice) for _ in range(count)]
    if family in ("int", "number"):
        wanted = [number + step for text in sorted(compared) if (number := number_of(text)) is not None for step in (-1, 0, 0, 1)]
        if is_key and own and recipe.distinct:
            return keys
        plain = keys if is_key else [measure(family, dice) for _ in range(count)]
        picked = [dice.choice(wanted) if wanted and dice.random() < recipe.literals else value for value in plain]
        return [int(value) if family == "int" else float(value) for value in picked]
    if family == "bool":
        return [dice.random() < 0.5 for _ in range(count)]
    if family in ("date", "timestamp"):
        return times(family, compared, facts, recipe, dice)
    if family == "time":
        return [dt.time(dice.choice([0, 6, 9, 17, 23]), dice.choice([0, 30, 59])) for _ in range(count)]
    if family == "strings":
        return [[dice.choice(["a", "b", "c"]) for _ in range(dice.randint(0, 3))] for _ in range(count)]
    return texts(low, compared, facts, recipe, dice, keys if is_key else None)


def key_value(name: str, recipe: Recipe, dice: random.Random) -> int:
    """A key that meets others: of parts that say which source or kind a row has most are the same, so that joins on several columns still meet."""
    if IDENTITY.search(name):
        return dice.randint(1, recipe.keys)
    return 1 if dice.random() < 0.8 else dice.randint(2, 3)


def measure(family: str, dice: random.Random) -> float:
    """Multiples of a quarter, so that sums are exact in any order."""
    value = dice.choice([0, 1, 2, 5, 10, dice.randint(-20, 400), dice.randint(1, 60)])
    return value if family == "int" else value + dice.choice([0, 0.25, 0.5])


def texts(name: str, compared: set[str], facts: Facts, recipe: Recipe, dice: random.Random, keys: list[int] | None) -> list[str]:
    wanted = [form for text in sorted(compared) for form in forms(text)]
    other = [text for text in sorted(facts.literals) if 0 < len(text) < 40]
    dates = looks_like_time(name)
    separators = sorted(facts.separators.get(name, set()))
    values = []
    for index in range(recipe.rows):
        roll = dice.random()
        if keys is not None and recipe.distinct and not wanted:
            values.append(str(keys[index]))
        elif separators and dice.random() < 0.8:
            values.append(parted(separators, dice))
        elif wanted and roll < recipe.literals:
            values.append(dice.choice(wanted))
        elif dates:
            values.append(str(TODAY - dice.randint(0, 40) * DAY))
        elif keys is not None:
            values.append(str(keys[index]))
        elif other and roll > 0.85:
            values.append(dice.choice(other))
        else:
            values.append(dice.choice(["a", "b", "B", "c d", "", "7", "12", "x@y.com"]))
    return values


def parted(separators: list[str], dice: random.Random) -> str:
    """A text with parts between what a query splits it at, in some order."""
    order = dice.sample(separators, len(separators))
    return "".join(part for separator in order for part in (dice.choice(PARTS), separator)) + dice.choice(PARTS)


PARTS = ["1", "05", "-03", "30", "a", "b", "agent", "end-user"]


def looks_like_time(name: str) -> bool:
    return bool(re.search(r"(_at|_date|_on|_time|timestamp)$|^date", name))


def forms(text: str) -> list[str]:
    """A compared text as a value that meets it: patterns without their wildcards, near misses for both ends, other case."""
    bare = text.strip("%").replace("%", "x")
    if "%" in text:
        return [bare, f"{bare}x", f"x{bare}", f"x{bare}x"]
    return [text, text, text.upper()] if text != text.upper() else [text]


def times(family: str, compared: set[str], facts: Facts, recipe: Recipe, dice: random.Random) -> list:
    constants = [time for text in sorted(compared) or sorted(facts.literals) if (time := time_of(text)) is not None]
    anchors = [*constants, TODAY] if constants else [TODAY]
    steps = [0, 0, 1, -1, 2, 7, 29, 30, 31, 61, 364, 366, 400]
    made = []
    for index in range(recipe.rows):
        if recipe.distinct:
            value = dice.choice(anchors) - (index * 3 + dice.randint(0, 2)) * DAY + dt.timedelta(minutes=37 * index)
        else:
            value = dice.choice(anchors) - dice.choice(steps[: 4 + recipe.keys]) * DAY
            value = value.replace(hour=dice.choice([0, 9, 23]), minute=dice.choice([0, 59]), second=0)
        made.append(value.date() if family == "date" else value)
    return made


def time_of(text: str) -> dt.datetime | None:
    if not re.match(r"^\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return dt.datetime.fromisoformat(text[:19])
    except ValueError:
        return None


def number_of(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e12 else None


def json_text(facts: Facts, dice: random.Random) -> str:
    paths = sorted(facts.paths) or ["a", "b"]
    members = ",".join(f'"{path}":{dice.choice(["1", "2", chr(34) + "a" + chr(34), "null"])}' for path in paths if dice.random() < 0.8)
    return "{" + members + "}"


def literal(value) -> str:
    """A value as DuckDB text."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list):
        return "[" + ",".join(literal(item) for item in value) + "]::VARCHAR[]"
    return "'" + str(value).replace("'", "''") + "'"


def statements(table: Table, facts: Facts, recipe: Recipe, order: str) -> list[str]:
    """What creates and fills one input; `order` writes the same rows as made, `backwards`, or `turned` by a third."""
    columns = ", ".join(f'"{name}" {DUCK_TYPES[family_for(name, declared, facts)]}' for name, declared in table.columns.items())
    if not columns:
        return [f"CREATE TABLE {table.name} (nothing INTEGER)", f"INSERT INTO {table.name} VALUES (1)"]
    rows = make_table(table, facts, recipe)
    if order == "backwards":
        rows.reverse()
    if order == "turned":
        third = len(rows) // 3 or 1
        rows = rows[third:] + rows[:third]
    values = ",".join("(" + ",".join(literal(value) for value in row) + ")" for row in rows)
    return [f"CREATE TABLE {table.name} ({columns})", f"INSERT INTO {table.name} VALUES {values}"]


def family_for(name: str, declared: str, facts: Facts) -> str:
    family = family_of(name, declared)
    return "string" if name.lower() in facts.json and family != "json" else family
