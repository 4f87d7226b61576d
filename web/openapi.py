"""An OpenAPI 3.1 document from what the views say of themselves."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from web.bodies import KEY_HEADER, Body

View = TypeVar("View", bound=Callable[..., Any])
_REFS: Final = "#/components/schemas/{model}"
_ATTRIBUTE: Final = "__operation__"
_PATH_PART: Final = re.compile(r"{(\w+)}")


class ErrorFacts(BaseModel, extra="allow"):
    """Why a request was refused; the code is stable, facts may stand beside it."""

    code: str
    message: str


class ErrorAnswer(BaseModel):
    """Every refusal has this shape."""

    error: ErrorFacts


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What a view takes and answers. `answers` is by status; None is an answer without content."""

    summary: str
    answers: Mapping[int, type[BaseModel] | None]
    refusals: tuple[int, ...] = ()
    body: type[Body] | None = None
    query: type[Body] | None = None
    keyed: bool = False
    # Names of security schemes, any of which is enough.
    security: tuple[str, ...] = ()

    @property
    def models(self) -> Iterable[type[BaseModel] | None]:
        """All shapes that the operation mentions."""
        return (*self.answers.values(), self.body, self.query)


def operation(said: Operation) -> Callable[[View], View]:
    """Describe a view; `document` finds the description on its route."""

    def describe(view: View) -> View:
        setattr(view, _ATTRIBUTE, said)
        return view

    return describe


@dataclass(frozen=True, kw_only=True)
class Document:
    """One API: the routes below `prefix` whose views describe themselves."""

    title: str
    version: str
    prefix: str
    security: Mapping[str, object] = field(default_factory=dict)

    def render(self, routes: Iterable[web.RouteDef], server: str) -> dict[str, object]:
        """Return the document as JSON would have it; `server` is the prefix as it is called."""
        said = [(route, getattr(route.handler, _ATTRIBUTE, None)) for route in routes]
        known = [(route, operation) for route, operation in said if operation is not None]
        paths: dict[str, dict[str, object]] = {}
        schemas, shared = _schemas(operation for _, operation in known)
        for route, operation in known:
            path = route.path.removeprefix(self.prefix)
            paths.setdefault(path, {})[route.method.lower()] = _described(path, operation, schemas)
        return {
            "openapi": "3.1.0",
            "info": {"title": self.title, "version": self.version},
            "servers": [{"url": server}],
            "paths": paths,
            "components": {"schemas": shared, "securitySchemes": self.security},
        }


_Schemas = Mapping[type[BaseModel], dict[str, Any]]


def _schemas(operations: Iterable[Operation]) -> tuple[_Schemas, dict[str, Any]]:
    mentioned: set[type[BaseModel]] = {ErrorAnswer}
    mentioned |= {model for said in operations for model in said.models if model}
    models = sorted(mentioned, key=lambda model: model.__name__)
    refs, definitions = models_json_schema(
        [(model, _direction(model)) for model in models], ref_template=_REFS
    )
    by_model = {model: refs[model, _direction(model)] for model in models}
    return by_model, definitions["$defs"]


def _direction(model: type[BaseModel]) -> Literal["validation", "serialization"]:
    return "validation" if issubclass(model, Body) else "serialization"


def _described(path: str, said: Operation, schemas: _Schemas) -> dict[str, object]:
    described: dict[str, object] = {
        "summary": said.summary,
        "parameters": _parameters(path, said),
        "responses": {str(status): _answer(said, status, schemas) for status in said.answers}
        | {
            str(status): _content("The request was refused.", schemas[ErrorAnswer])
            for status in sorted({*said.refusals, *_implied(said)})
        },
    }
    if said.body:
        described["requestBody"] = {"content": {"application/json": {"schema": schemas[said.body]}}}
    if said.security:
        described["security"] = [{scheme: []} for scheme in said.security]
    return described


def _implied(said: Operation) -> Iterable[int]:
    """Refusals that follow from what the operation is."""
    yield from (404, 429, 500, 503)
    if said.security:
        yield 401
    if said.keyed or said.body:
        yield from (400, 403)
    if said.body:
        yield from (408, 413, 415, 422)
    if said.query:
        yield 422


def _answer(said: Operation, status: int, schemas: _Schemas) -> dict[str, object]:
    model = said.answers[status]
    answer: dict[str, object] = {"description": "Done."}
    if model:
        answer = _content("Done.", schemas[model])
    if said.keyed:
        replayed = {"description": "`true` on a repeat.", "schema": {"type": "string"}}
        answer["headers"] = {"Idempotency-Replayed": replayed}
    return answer


def _content(description: str, schema: dict[str, Any]) -> dict[str, object]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _parameters(path: str, said: Operation) -> list[dict[str, object]]:
    parts = [_parameter("path", name, {"type": "string"}) for name in _PATH_PART.findall(path)]
    query = said.query.model_json_schema() if said.query else {"properties": {}}
    asked = [
        _parameter("query", name, schema, required=name in query.get("required", ()))
        for name, schema in query["properties"].items()
    ]
    key = {"type": "string", "minLength": 1, "maxLength": 255}
    return parts + asked + ([_parameter("header", KEY_HEADER, key)] if said.keyed else [])


def _parameter(
    place: str, name: str, schema: dict[str, Any], *, required: bool = True
) -> dict[str, object]:
    return {"in": place, "name": name, "required": required, "schema": schema}
