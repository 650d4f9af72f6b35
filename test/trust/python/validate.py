"""Tells whether two queries give different rows on generated data: JSON lines in, JSON lines out.

A line asks `{id, dialect, original, mutant, deep, unique, relations: [{rendered, unique, columns: [{name, type}]}]}` and gets
`{id, outcome: different | same | failed, why, side?}`, in the order of the questions. Questions about one original
that follow each other share its data. `unique` lists columns that the model's own tests want to be unique together: a mutant
that only changes how often equal rows come, and only on data sets that fail those tests, is the same where enough data sets pass them.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field

import duckdb

from data import RECIPES, Facts, Recipe, facts_of, more_recipes, statements
from queries import Inputs, Query, prepare
from shims import SHIMS

SECONDS = 3.0
MOST_ROWS = 12000
ENOUGH_SETS = 8
MORE_SETS = 20
ENOUGH_PASSING = 5
ORDERS = ("backwards", "turned")
OPTIMIZERS = {"filter_pushdown", "deliminator", "unnest_rewriter", "expression_rewriter", "unused_columns"}
PLAIN_NAME = re.compile(r"^[A-Za-z_][\w$]*$")


class Model:
    """One original and its data sets, made in the shared database when they are first needed."""

    def __init__(self, database: duckdb.DuckDBPyConnection, number: int, dialect: str, original: str, relations: list[dict], unique: list[list[str]]):
        self.unique = unique
        self.database = database
        self.prefix = f"m{number}"
        self.dialect = dialect
        self.inputs = Inputs(relations, dialect)
        self.query = prepare(original, dialect, self.inputs)
        self.facts = facts_of(self.query.tree)
        self.created: set[tuple[str, str]] = set()
        self.ready: list[Set] = []
        self.settled: dict[str, list[str]] = {}
        self.waiting = list(RECIPES)
        self.further: list[Set] = []
        self.unmade = more_recipes(MORE_SETS)
        self.error: str | None = None

    def sets(self):
        """Data sets on which the original answers with rows few enough to compare, each made once; ones without rows come with them."""
        yield from self.ready
        while self.waiting and sum(1 for each in self.ready if each.rows.rows) < ENOUGH_SETS:
            if made := self.made(self.waiting.pop(0), "s", self.facts):
                self.ready.append(made)
                yield made

    def further_sets(self):
        """More data sets, each made once, for mutants that the first ones do not tell apart."""
        yield from self.further
        while self.unmade:
            if made := self.made(self.unmade.pop(0), "f", self.facts):
                self.further.append(made)
                yield made

    def made(self, recipe: Recipe, kind: str, facts: Facts) -> "Set | None":
        schema = f"{self.prefix}_{kind}{recipe.seed}"
        answer = self.run(self.query, schema, recipe, facts)
        if isinstance(answer, str):
            self.error = self.error or answer
            return None
        return Set(schema, recipe, facts, answer, all(is_unique(answer, columns) for columns in self.unique))

    def extra_sets(self, facts: Facts):
        """More data sets for a mutant that compares with values the original has not."""
        for recipe in RECIPES[:3]:
            if made := self.made(recipe, f"x{len(self.created)}_", facts):
                yield made

    def close(self) -> None:
        self.database.execute("USE main")
        for schema in {schema for schema, _ in self.created}:
            self.database.execute(f"DROP SCHEMA {schema} CASCADE")

    def run(self, query: Query, schema: str, recipe: Recipe, facts: Facts, order: str = "made") -> "Rows | str":
        """Rows of a query on a data set, whose tables are made when they are first read; a text says why there are none."""
        try:
            self.fill(query, schema, recipe, facts, order)
        except duckdb.Error as error:
            return f"data: {first_line(error)}"
        return rows_of(self.database, query.text)

    def fill(self, query: Query, schema: str, recipe: Recipe, facts: Facts, order: str) -> None:
        if not any(made == schema for made, _ in self.created):
            self.database.execute(f"CREATE SCHEMA {schema}")
            self.created.add((schema, ""))
        self.database.execute(f"USE {schema}")
        for table in query.tables:
            signature = f"{table.name}:{len(table.columns)}"
            if (schema, signature) in self.created:
                continue
            self.database.execute(f"DROP TABLE IF EXISTS {table.name}")
            for statement in statements(table, facts, recipe, order):
                self.database.execute(statement)
            self.created.add((schema, signature))


@dataclass
class Set:
    """A data set: where its tables are, how they were made, what the original gives on it, and whether that passes the model's own tests."""

    schema: str
    recipe: Recipe
    facts: Facts
    rows: "Rows"
    passes: bool


class Rows:
    """A result: column names and rows, comparable whatever their order."""

    def __init__(self, names: list[str], rows: list[tuple]):
        self.names = [name.lower() for name in names]
        self.rows = rows

    def labels(self) -> list[str]:
        """Names of the columns; one that is no plain name, and a repeated one, goes by its place."""
        seen = Counter(self.names)
        return [name if PLAIN_NAME.match(name) and seen[name] == 1 else f"#{index}" for index, name in enumerate(self.names)]

    def bag(self, labels: list[str]) -> Counter:
        own = self.labels()
        places = [own.index(label) for label in labels]
        return Counter(tuple(plain(row[place]) for place in places) for row in self.rows)


def is_unique(rows: Rows, columns: list[str]) -> bool:
    """Whether dbt's tests for it pass: of one column nulls may repeat. Columns that do not come out are not asked about."""
    names = [name.lower() for name in columns]
    if any(rows.names.count(name) != 1 for name in names):
        return True
    places = [rows.names.index(name) for name in names]
    values = [tuple(plain(row[place]) for place in places) for row in rows.rows]
    wanted = [value for value in values if value != (None,)]
    return len(set(wanted)) == len(wanted)


def plain(value):
    """A value that compares by what it says: floats to nine digits, containers as text."""
    if isinstance(value, float):
        return float(f"{value:.9g}") + 0.0 if value == value else "nan"
    if isinstance(value, (list, dict)):
        return repr(value)
    return value


def rows_of(database: duckdb.DuckDBPyConnection, text: str) -> "Rows | str":
    timer = threading.Timer(SECONDS, database.interrupt)
    timer.start()
    try:
        result = database.execute(text)
        names = [column[0] for column in result.description]
        rows = result.fetchmany(MOST_ROWS + 1)
    except duckdb.InterruptException:
        return f"no answer within {SECONDS:g} s"
    except Exception as error:
        return first_line(error)
    finally:
        timer.cancel()
    return f"more than {MOST_ROWS} rows" if len(rows) > MOST_ROWS else Rows(names, rows)


def first_line(error: Exception) -> str:
    return " ".join(str(error).split("\n\n")[0].split())[:240]


def judge(model: Model, mutant_text: str, deep: bool) -> dict:
    """The outcome for one mutant; `deep` tries more data sets before it says that nothing tells it apart."""
    if next(iter(model.sets()), None) is None:
        return {"outcome": "failed", "side": "original", "why": f"original: {model.error}"}
    try:
        mutant = prepare(mutant_text, model.dialect, model.inputs)
    except Exception as error:
        return {"outcome": "failed", "side": "mutant", "why": f"mutant: {first_line(error)}"}
    if mutant.text == model.query.text:
        return {"outcome": "same", "why": "the same text for DuckDB"}
    facts = facts_of(mutant.tree)
    tried = Tried()
    found = compare_on(model, mutant, model.sets(), tried)
    if not found and facts.literals - model.facts.literals and not tried.failures:
        found = compare_on(model, mutant, model.extra_sets(model.facts.merged(facts)), tried)
    if not found and deep and tried.compared:
        found = compare_on(model, mutant, model.further_sets(), tried)
    rejected = None if found else tried.rejected
    if rejected and tried.passing >= ENOUGH_PASSING:
        return {"outcome": "same", "why": f"same rows on {tried.passing} data sets that pass the model's tests; others: {rejected}"}
    if found or rejected:
        return {"outcome": "different", "why": found or rejected}
    if tried.failures and tried.compared == 0:
        return {"outcome": "failed", "side": "mutant", "why": f"mutant: {tried.failures[0]}"}
    notes = ["the order of equal rows decides"] if tried.ties else []
    return {"outcome": "same", "why": "; ".join([f"same rows on {tried.compared} data sets, up to {tried.most} rows", *notes])}


@dataclass
class Tried:
    """What comparing one mutant met so far."""

    compared: int = 0
    passing: int = 0
    rejected: str | None = None
    most: int = 0
    ties: bool = False
    failures: list[str] = field(default_factory=list)


def compare_on(model: Model, mutant: Query, sets, tried: Tried) -> str | None:
    for each in sets:
        answer = model.run(mutant, each.schema, each.recipe, each.facts)
        if isinstance(answer, str):
            tried.failures.append(answer)
            if len(tried.failures) > 1 and tried.compared == 0:
                return None
            continue
        tried.compared += 1
        tried.passing += each.passes and bool(each.rows.rows)
        tried.most = max(tried.most, len(each.rows.rows))
        if why := difference(model, each, mutant, answer, tried):
            if each.passes or not only_repeats(each.rows, answer):
                return f"data set {each.recipe.seed}: {why}"
            tried.rejected = f"data set {each.recipe.seed}: {why}"
    return None


def difference(model: Model, each: Set, query: Query, mutant: Rows, tried: Tried) -> str | None:
    """What tells two results apart, in words; none where only the order of a table's rows may."""
    original = each.rows
    labels = original.labels()
    if sorted(labels) != sorted(mutant.labels()):
        return f"columns {', '.join(sorted(set(labels) ^ set(mutant.labels())))}"
    if original.names == mutant.names and original.rows == mutant.rows:
        return None
    if original.bag(labels) == mutant.bag(labels):
        return None
    settled = settled_labels(model, each)
    if not settled or original.bag(settled) == mutant.bag(settled):
        tried.ties = True
        return None
    if not differs_in_every_order(model, each, query, settled):
        tried.ties = True
        return None
    if len(original.rows) != len(mutant.rows):
        return f"{len(original.rows)} rows became {len(mutant.rows)}"
    changed = [label for label in settled if original.bag([label]) != mutant.bag([label])]
    return f"values of {', '.join(changed[:5])}" if changed else "which values stand together"


def only_repeats(original: Rows, mutant: Rows) -> bool:
    """Whether two results have the same rows, but not equally often."""
    labels = original.labels()
    return sorted(labels) == sorted(mutant.labels()) and set(original.bag(labels)) == set(mutant.bag(labels))


def differs_in_every_order(model: Model, each: Set, mutant: Query, labels: list[str]) -> bool:
    """Whether a mutant also differs where the inputs' rows come in other orders: else only ties tell it from the original."""
    wanted = each.rows.bag(labels)
    again = [model.run(mutant, f"{each.schema}_{order}", each.recipe, each.facts, order) for order in ORDERS]
    return all(isinstance(rows, str) or rows.bag(labels) != wanted for rows in again)


def settled_labels(model: Model, each: Set) -> list[str]:
    """Columns that stay the same when the inputs' rows come in other orders and by another plan: what a query with ties leaves open is no evidence."""
    if each.schema not in model.settled:
        labels = each.rows.labels()
        for again in other_runs(model, each):
            labels = [] if isinstance(again, str) else shared(labels, each.rows, again)
        model.settled[each.schema] = labels
    return model.settled[each.schema]


def other_runs(model: Model, each: Set):
    """The original on the same rows in other orders, and by another plan."""
    for order in ORDERS:
        yield model.run(model.query, f"{each.schema}_{order}", each.recipe, each.facts, order)
    model.database.execute("SET disabled_optimizers = ''")
    try:
        yield model.run(model.query, each.schema, each.recipe, each.facts)
    finally:
        turn_off_optimizers(model.database)


def shared(labels: list[str], one: Rows, other: Rows) -> list[str]:
    """The columns in which two results agree, all of them together; none where they agree only one by one."""
    if one.bag(labels) == other.bag(labels):
        return labels
    settled = [label for label in labels if one.bag([label]) == other.bag([label])]
    return settled if settled and one.bag(settled) == other.bag(settled) else []


def turn_off_optimizers(database: duckdb.DuckDBPyConnection) -> None:
    """Planning a model takes longer than running it on so few rows, and fewer plans leave fewer orders of equal rows."""
    names = [name for (name,) in database.execute("SELECT name FROM duckdb_optimizers()").fetchall() if name not in OPTIMIZERS]
    database.execute(f"SET disabled_optimizers = '{','.join(names)}'")


def answers(lines):
    """Answers the questions in order, keeping one original's data while questions are about it."""
    database = duckdb.connect(config={"threads": 1, "memory_limit": "2GB"})
    turn_off_optimizers(database)
    for shim in SHIMS:
        database.execute(shim.replace("CREATE MACRO ", "CREATE TEMP MACRO ", 1))
    model: Model | None = None
    current, broken, number = None, "", 0
    for line in lines:
        if not line.strip():
            continue
        question = json.loads(line)
        key = (question["dialect"], question["original"], json.dumps(question.get("unique", [])))
        if key != current:
            if model:
                model.close()
            current, model, broken, number = key, None, "", number + 1
            try:
                model = Model(database, number, question["dialect"], question["original"], question.get("relations", []), question.get("unique", []))
            except Exception as error:
                broken = first_line(error)
        outcome = judge(model, question["mutant"], question.get("deep", False)) if model else {"outcome": "failed", "side": "original", "why": f"original: {broken}"}
        yield {"id": question["id"], **outcome}


if __name__ == "__main__":
    for answer in answers(sys.stdin):
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
