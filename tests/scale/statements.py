"""The statement lint: would this statement run where customers lie on several nodes?

The server's own parse is what is judged, so names, operators and functions are what they are.
"""

import re
from collections.abc import Hashable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import asyncpg

from domain.db import APP_ROLE
from tests.scale.catalog import SQL, Catalog, Function, read_catalog
from tests.scale.scopes import DELETE, INSERT, MERGE, UPDATE, Sameness, Scope, every_scope
from tests.scale.trees import Node, parse, walk

READS = "reads rows of many"
CHANGES = "changes rows of many"
LOCKS = "locks rows of many"
APART = "joins what lies apart"
MOVES = "moves a row elsewhere"
CLOCK = "asks the clock or chance"
COMPUTES = "computes on a column while changing"
NESTED = "has a form that no node takes"
BROKEN = "does not run"

_FUNCTION_FIELDS = ("funcid", "opfuncid", "aggfnoid", "winfnoid")
_CLOCKS = {"now", "transaction_timestamp", "statement_timestamp"}
# These vary, but nothing of what they answer reaches a row.
_HARMLESS = re.compile("advisory|^set_config$")
_LAST_CLOCK_WORD = 8  # current_date … localtimestamp; after them come roles and schemas
_NOT_PREPARED = {"begin", "commit", "rollback", "savepoint", "release", "set", "start"}


@dataclass(frozen=True)
class Finding:
    """A statement, the rule that it breaks, and where."""

    statement: str
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.statement}: {self.rule}: {self.what}"


async def lint(connection: asyncpg.Connection, statements: Mapping[str, str]) -> list[Finding]:
    """Return what is wrong with the statements, each run as far as the application's role may.

    The connection is the owner's and is in no transaction.
    """
    catalog = await read_catalog(connection)
    findings = []
    await connection.execute(f"set role {APP_ROLE}; set plan_cache_mode = force_generic_plan")
    for name, text in statements.items():
        if text.split(maxsplit=1)[0].strip(";").lower() in _NOT_PREPARED:
            continue
        try:
            query = await _parsed(connection, text.strip().rstrip(";"))
        except asyncpg.exceptions.PostgresError as error:
            findings.append(Finding(name, BROKEN, str(error)))
            continue
        problems = dict.fromkeys(_problems(Scope(query, catalog)))
        findings += [Finding(name, rule, what) for rule, what in problems]
    await connection.execute("reset role; reset plan_cache_mode")
    return findings


async def _parsed(connection: asyncpg.Connection, text: str) -> Node:
    """Return the server's parse; fails if a name or a grant is missing."""
    try:
        await connection.execute(f"prepare linted as {text}")
        types = await connection.fetchval(SQL["parameter_types"])
        nulls = f"({', '.join(['null'] * len(types))})" if types else ""
        # Planning to run it is what asks for the grants.
        await connection.execute(f"explain execute linted {nulls}")
        undone = connection.transaction()
        await undone.start()
        try:
            await connection.execute(
                f"create function pg_temp.linted({', '.join(types)}) returns void"
                f" begin atomic {text}\n; end"
            )
            return parse(await connection.fetchval(SQL["parsed"]))[0]
        finally:
            await undone.rollback()
    finally:
        with suppress(asyncpg.InvalidSQLStatementNameError):
            await connection.execute("deallocate linted")


def _problems(root: Scope) -> Iterator[tuple[str, str]]:
    same = Sameness(root)
    for scope in every_scope(root):
        yield from _rows_of_many(scope, same)
        yield from _apart(scope, same)
        yield from _changes(scope)
    yield from _clocks(root)


def _spread(scope: Scope) -> Iterator[tuple[int, str]]:
    """Yield the place and the name of each source that is spread over the nodes."""
    for place in scope.sources:
        table = scope.table(place)
        if table and table.key:
            yield place, table.name


def _rows_of_many(scope: Scope, same: Sameness) -> Iterator[tuple[str, str]]:
    query = scope.query
    target = query.number("resultRelation")
    locked = {mark.number("rti") for mark in query.nodes("rowMarks")}
    for place, name in _spread(scope):
        is_inserted = place == target and query["commandType"] == INSERT
        if is_inserted or same.is_one(scope.row(place)):
            continue
        rule = CHANGES if place == target else LOCKS if place in locked else READS
        yield rule, name
        if query["hasRecursive"] == "true" or query["groupingSets"]:
            yield NESTED, f"recursion or grouping sets over {name}"


def _apart(scope: Scope, same: Sameness) -> Iterator[tuple[str, str]]:
    groups = _groups(scope, same)
    if len(groups) > 1:
        yield APART, ", ".join(sorted(groups.values()))


def _groups(scope: Scope, same: Sameness) -> dict[Hashable, str]:
    """Return what must lie together for this query: one table's name for each group."""
    groups: dict[Hashable, str] = {}
    if scope.query["setOperations"]:
        return groups  # each part is run by itself
    for place in scope.sources:
        table = scope.table(place)
        if table and table.placement != "reference":
            groups[same.of(scope.row(place)) if table.key else "one"] = table.name
    for child in scope.children():
        inner = _groups(child, same)
        answered = {same.of(value) for value in child.answers()}
        # A query that depends on nothing outside and tells no key is run first, by itself.
        if not _reaches_out(child.query):
            inner = {group: name for group, name in inner.items() if group in answered}
        groups |= inner
    return groups


def _reaches_out(query: Node, depth: int = 0) -> bool:
    for node in walk(list(query.fields.values()), into=False):
        if node.kind == "QUERY" and _reaches_out(node, depth + 1):
            return True
        if node.kind == "VAR" and node.number("varlevelsup") > depth:
            return True
    return False


def _changes(scope: Scope) -> Iterator[tuple[str, str]]:
    query = scope.query
    command, conflict = query["commandType"], query["onConflict"]
    if command == MERGE:
        yield NESTED, "merge"
    if command == INSERT and scope.outer:
        yield NESTED, "insert inside a with"
    if command == INSERT and any(n.kind == "SUBLINK" for n in walk(query["targetList"])):
        yield NESTED, "subquery among the values"
    table = scope.table(query.number("resultRelation")) if query["resultRelation"] != "0" else None
    sets = query.nodes("targetList") if command == UPDATE else []
    sets = sets + (conflict.nodes("onConflictSet") if conflict else [])
    if table and any(entry.number("resno") == table.key for entry in sets):
        yield MOVES, table.name
    changing = [query] if command in (UPDATE, DELETE) else sets
    for function, arguments in _calls(changing, scope.catalog):
        if function.varies == "s" and any(node.kind == "VAR" for node in walk(arguments)):
            yield COMPUTES, function.name


def _clocks(root: Scope) -> Iterator[tuple[str, str]]:
    for function, _ in _calls(root.query, root.catalog):
        is_harmless = function.is_ours or _HARMLESS.search(function.name)
        if function.name in _CLOCKS or (function.varies == "v" and not is_harmless):
            yield CLOCK, function.name
    for node in walk(root.query):
        if node.kind == "SQLVALUEFUNCTION" and node.number("op") <= _LAST_CLOCK_WORD:
            yield CLOCK, "current_date and the like"


def _calls(value: object, catalog: Catalog) -> Iterator[tuple[Function, list[Node]]]:
    for node in walk(value):
        for field in _FUNCTION_FIELDS:
            if function := catalog.functions.get(int(node[field] or 0)):
                yield function, node.nodes("args")
