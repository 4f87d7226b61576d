"""The queries inside a statement, and which of their columns are the same value."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from tests.scale.catalog import Catalog, Table
from tests.scale.trees import Node, walk

SELECT, UPDATE, INSERT, DELETE, MERGE = "1", "2", "3", "4", "5"
_RELATION, _SUBQUERY, _JOIN, _CTE, _GROUP = "0", "1", "2", "6", "9"
_INNER, _FROM_THE_CALLER, _FROM_A_SUBQUERY, _ANY = "0", "0", "2", "2"

Pair = tuple[Hashable, Hashable]


@dataclass(eq=False)
class Scope:
    """One query: the statement's own, or one inside it or inside a view that it reads."""

    query: Node
    catalog: Catalog
    outer: "Scope | None" = None
    _children: dict[Hashable, "Scope"] = field(default_factory=dict)

    @property
    def sources(self) -> list[int]:
        """Return what the query reads or changes, by place in its range table."""
        joined = walk(self.query["jointree"], into=False)
        places = {n.number("rtindex") for n in joined if n.kind == "RANGETBLREF"}
        return sorted(places | {self.query.number("resultRelation")} - {0})

    def entry(self, place: int) -> Node:
        return self.query.nodes("rtable")[place - 1]

    def table(self, place: int) -> Table | None:
        """Return the declared table at a place; None for anything else."""
        entry = self.entry(place)
        return self.catalog.tables.get(int(entry["relid"])) if entry["relid"] else None

    def row(self, place: int) -> Hashable:
        """Name the value by which the rows of the table at a place are spread."""
        table = self.table(place)
        return (id(self), place, table.key if table else None)

    def children(self) -> Iterator["Scope"]:
        for node in walk(list(self.query.fields.values()), into=False):
            if node.kind == "QUERY":
                yield self._child(node)
        for place in self.sources:
            view = self.catalog.views.get(int(self.entry(place)["relid"] or 0))
            if view:
                yield self._child(view, place)

    def _child(self, query: Node, place: int | None = None) -> "Scope":
        key = (id(query), place)
        if key not in self._children:
            outer = self if place is None else None
            self._children[key] = Scope(query, self.catalog, outer)
        return self._children[key]

    def meaning(self, value: Node, asked: "Scope | None" = None) -> Hashable | None:
        """Name what an expression stands for: a column's value or a value given; None if neither.

        `asked` is the query whose answer the expression is compared with.
        """
        if value.kind == "RELABELTYPE":
            return self.meaning(value["arg"], asked)
        if value.kind == "CONST":
            return ("given", str(value["constvalue"]))
        if value.kind == "PARAM" and value["paramkind"] == _FROM_THE_CALLER:
            return ("given", value["paramid"])
        if value.kind == "PARAM" and value["paramkind"] == _FROM_A_SUBQUERY and asked:
            return asked.answer(value.number("paramid"))
        if value.kind == "VAR":
            scope = self._up(value.number("varlevelsup"))
            return scope._column(value.number("varno"), value.number("varattno"))
        return None

    def answer(self, number: int) -> Hashable | None:
        """Name what the query answers in a column."""
        query = self.query
        said = query.nodes("targetList" if query["commandType"] == SELECT else "returningList")
        if query["setOperations"] or not 0 < number <= len(said):
            return None
        return self.meaning(said[number - 1]["expr"])

    def answers(self) -> set[Hashable]:
        count = len(self.query.nodes("targetList")) + len(self.query.nodes("returningList"))
        return {self.answer(n) for n in range(1, count + 1)} - {None}

    def _up(self, levels: int) -> "Scope":
        scope = self
        for _ in range(levels):
            assert scope.outer
            scope = scope.outer
        return scope

    def _column(self, place: int, number: int) -> Hashable | None:
        entry = self.entry(place)
        kind = entry["rtekind"]
        if kind == _JOIN:
            return self.meaning(entry.nodes("joinaliasvars")[number - 1])
        if kind == _GROUP:
            return self.meaning(entry.nodes("groupexprs")[number - 1])
        if kind == _SUBQUERY:
            return self._child(entry["subquery"]).answer(number)
        if kind == _CTE:
            return self._named(entry).answer(number)
        if view := self.catalog.views.get(int(entry["relid"] or 0)):
            return self._child(view, place).answer(number)
        return (id(self), place, number)

    def _named(self, entry: Node) -> "Scope":
        scope = self._up(entry.number("ctelevelsup"))
        named = {n["ctename"]: n["ctequery"] for n in scope.query.nodes("cteList")}
        return scope._child(named[entry["ctename"]])

    def equalities(self) -> Iterator[Pair]:
        """Yield what must be equal for a row to count."""
        for node in walk(self.query["jointree"], into=False):
            if node.kind == "FROMEXPR":
                yield from self._terms(node["quals"])
            elif node.kind == "JOINEXPR":
                for a, b in self._terms(node["quals"]):
                    # An outer join keeps rows that are not equal to what was given.
                    if node["jointype"] == _INNER or not (is_given(a) or is_given(b)):
                        yield a, b

    def _terms(self, condition: Node | None, asked: "Scope | None" = None) -> Iterator[Pair]:
        if condition is None:
            return
        if condition.kind == "BOOLEXPR" and condition["boolop"] == "and":
            for each in condition.nodes("args"):
                yield from self._terms(each, asked)
        elif condition.kind == "SUBLINK" and condition["subLinkType"] == _ANY:
            yield from self._terms(condition["testexpr"], self._child(condition["subselect"]))
        elif condition.kind == "OPEXPR" and condition.number("opno") in self.catalog.equals:
            a, b = (self.meaning(each, asked) for each in condition.nodes("args"))
            if a is not None and b is not None:
                yield a, b


def is_given(value: Hashable) -> bool:
    return isinstance(value, tuple) and value[0] == "given"


def every_scope(scope: Scope) -> Iterator[Scope]:
    yield scope
    for child in scope.children():
        yield from every_scope(child)


class Sameness:
    """Which columns and given values are one and the same."""

    def __init__(self, root: Scope) -> None:
        self._next: dict[Hashable, Hashable] = {}
        for scope in every_scope(root):
            for pair in scope.equalities():
                a, b = map(self.of, pair)
                if a != b:
                    # Given values lead: what is bound to one has it as its representative.
                    self._next.update({b: a} if is_given(a) else {a: b})

    def of(self, value: Hashable) -> Hashable:
        while value in self._next:
            value = self._next[value]
        return value

    def is_one(self, value: Hashable) -> bool:
        """Tell whether the value is one that was given."""
        return is_given(self.of(value))
