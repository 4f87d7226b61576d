"""The OpenAPI document is valid and says what the API does."""

import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from miniapp.api import PREFIX, ROUTES
from tests.miniapp.phone import Phone


@pytest.fixture
async def document(visitor: Phone) -> dict[str, Any]:
    shown: dict[str, Any] = await visitor.gets("openapi.json")
    return shown


async def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


async def test_every_route_is_described(document: dict[str, Any]) -> None:
    described = {
        (method.upper(), f"{PREFIX}{path}")
        for path, methods in document["paths"].items()
        for method in methods
    }

    assert described == {(route.method, route.path) for route in ROUTES}


async def test_every_write_but_signing_in_and_out_takes_a_key(document: dict[str, Any]) -> None:
    keyless = [
        f"{method} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "get"
        and not any(p["name"] == "Idempotency-Key" for p in operation["parameters"])
    ]

    assert keyless == ["post /session", "delete /session", "post /sign-in-codes"]


async def test_no_schema_is_without_a_meaning(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    assert all(schema.get("description") for schema in schemas.values())
    referred = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert referred <= set(schemas)
