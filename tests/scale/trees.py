"""PostgreSQL's own parse of a statement, read from the text in which it keeps it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r"[{}()]|(?:\\.|[^\s{}()\\])+", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Node:
    """One node of the tree, such as QUERY or VAR; a field is a Node, a list, a word or None."""

    kind: str
    fields: dict[str, Any]

    def __getitem__(self, field: str) -> Any:
        return self.fields.get(field)

    def number(self, field: str) -> int:
        return int(self.fields[field])

    def nodes(self, field: str) -> list["Node"]:
        """Return what is in a field that is a list, or nothing."""
        return self.fields.get(field) or []


def parse(text: str) -> list[Node]:
    """Return the queries of a `pg_node_tree`."""
    value = _value(_TOKEN.findall(text), [0])
    while isinstance(value, list) and isinstance(value[0], list):
        value = value[0]
    return list(value)


def _value(tokens: list[str], at: list[int]) -> Any:
    token = _next(tokens, at)
    if token == "(":
        return _list(tokens, at)
    if token == "{":
        return _node(tokens, at)
    return None if token == "<>" else token


def _next(tokens: list[str], at: list[int]) -> str:
    at[0] += 1
    return tokens[at[0] - 1]


def _list(tokens: list[str], at: list[int]) -> list[Any]:
    values = []
    while tokens[at[0]] != ")":
        values.append(_value(tokens, at))
    at[0] += 1
    return values


def _node(tokens: list[str], at: list[int]) -> Node:
    kind, fields = _next(tokens, at), {}
    while (name := _next(tokens, at)) != "}":
        values = []
        while tokens[at[0]] != "}" and not tokens[at[0]].startswith(":"):
            values.append(_value(tokens, at))
        fields[name[1:]] = values[0] if len(values) == 1 else values
    return Node(kind, fields)


def walk(value: Any, *, into: bool = True) -> Iterator[Node]:
    """Yield every node; without `into`, none that is inside another query."""
    if isinstance(value, list):
        for each in value:
            yield from walk(each, into=into)
    elif isinstance(value, Node):
        yield value
        if into or value.kind != "QUERY":
            yield from walk(list(value.fields.values()), into=into)
