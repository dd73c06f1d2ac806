"""The API against its own document: schemathesis sends what the document allows and what it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, settings
from jsonschema_rs import Draft202012Validator
from schemathesis.specs.openapi.definitions import OPENAPI_31

from filterdns.transparency.web.openapi import OPERATIONS, PREFIX, openapi_document
from tests.transparency.published import HASHED_NAME, PUBLISHER, SITE
from tests.transparency.web.pages_process import PagesRunning

NAMES = ("casino.example", "www.casino.example", "bücher.example", "clinic.example", HASHED_NAME, "nothing.example")
MOST_QUERY_OCTETS = 3_000
DOCUMENT = openapi_document(SITE)
BOUNDED = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

api = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def running(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesRunning]:
    pages = PagesRunning(published, tmp_path_factory.mktemp("output") / "output", PUBLISHER)
    yield pages
    pages.stop()


def test_the_document_is_openapi() -> None:
    """By the specification's own schema, and each shape by that of JSON Schema 2020-12."""
    assert not list(Draft202012Validator(OPENAPI_31).iter_errors(DOCUMENT))
    for shape in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator({**shape, "components": DOCUMENT["components"]})


def test_the_document_is_served(running: PagesRunning) -> None:
    with urlopen(f"http://127.0.0.1:{running.port}{PREFIX}/openapi.json", timeout=5) as reply:
        assert json.load(reply) == DOCUMENT


def _known_names(context: schemathesis.HookContext, values: dict[str, object] | None) -> dict[str, object] | None:
    """Made-up names are never listed: every other one is one that there is something to say of."""
    if values and "name" in values and len(str(values["name"])) % 2:
        values["name"] = NAMES[len(str(values["name"])) // 2 % len(NAMES)]
    return values


@api.hooks.apply(_known_names, name="map_path_parameters")
@api.parametrize()
@BOUNDED
def test_every_answer_is_of_the_shape_that_is_written_down(running: PagesRunning, case: schemathesis.Case) -> None:
    assume(len(quote(str(case.query))) < MOST_QUERY_OCTETS)  # a longer address is refused before it is read
    case.call_and_validate(
        base_url=f"http://127.0.0.1:{running.port}{PREFIX}",
        excluded_checks=[schemathesis.checks.negative_data_rejection],  # more is understood than is promised
        timeout=5,
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("operation", [each for each in OPERATIONS if "{name}" in each.path], ids=lambda each: each.id)
def test_names_that_there_is_something_to_say_of(running: PagesRunning, operation: object, name: str) -> None:
    path = operation.path.format(name=name)  # type: ignore[attr-defined]
    case = api[operation.path]["GET"].Case(path_parameters={"name": name})  # type: ignore[attr-defined]
    response = case.call_and_validate(base_url=f"http://127.0.0.1:{running.port}{PREFIX}", timeout=5)
    assert response.status_code == 200, path
