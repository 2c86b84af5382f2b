"""Whatever is sent to the API, it answers by its schema, and never with an error of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

import rag
from rag.server import build_app
from tests.support.fuzzing import EXAMPLES

pytestmark = pytest.mark.fuzz

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ENDPOINTS = {
    *("POST /api/ask", "POST /api/search", "POST /api/verify", "POST /api/compare"),
    *("POST /api/timeline", "GET /api/articles", "GET /api/articles/{name}"),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The app over two short documents."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "harbour.txt").write_text(
        "---\noutlet: Port Gazette\npublished: 2023-05-02\n---\n"
        "The harbour of Larnmouth was dredged in April 2023. The work cost 12 million crowns.\n"
    )
    (folder / "owls.txt").write_text("Barn owls hunt at night. An owl eats four voles a day.\n")
    app = build_app(rag.open(folder, index_dir=tmp_path_factory.mktemp("index")))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def schema(client: TestClient) -> schemathesis.BaseSchema:
    """What the app says of itself."""
    return schemathesis.openapi.from_dict(client.get("/openapi.json").json())


def _operations(schema: schemathesis.BaseSchema) -> dict[str, schemathesis.APIOperation]:
    found = (result.ok() for result in schema.get_all_operations())
    return {f"{each.method.upper()} {each.path}": each for each in found}


def test_every_endpoint_is_described(schema: schemathesis.BaseSchema) -> None:
    """The schema describes every endpoint."""
    assert set(_operations(schema)) >= ENDPOINTS


@pytest.mark.parametrize(
    ("mode", "endpoint"),
    [(GenerationMode.POSITIVE, endpoint) for endpoint in sorted(ENDPOINTS)]
    # What has no body takes any request.
    + [(GenerationMode.NEGATIVE, each) for each in sorted(ENDPOINTS) if each.startswith("POST")],
)
def test_answers_are_as_the_schema_says(
    client: TestClient,
    schema: schemathesis.BaseSchema,
    mode: GenerationMode,
    endpoint: str,
) -> None:
    """Valid and invalid requests get answers that fit the schema, and no status of 500 or more."""
    operation = _operations(schema)[endpoint]

    @settings(
        max_examples=EXAMPLES // 6,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def tried(case: schemathesis.Case) -> None:
        sent = case.as_transport_kwargs(base_url="http://127.0.0.1")
        response = client.request(**{k: v for k, v in sent.items() if k != "auth"})
        case.validate_response(response, checks=CHECKS)

    tried()


@given(st.binary(max_size=60), st.sampled_from(sorted(ENDPOINTS)))
def test_any_bytes_get_a_sentence(client: TestClient, raw: bytes, endpoint: str) -> None:
    """A body that is no JSON gets a JSON answer that says what is wrong."""
    method, path = endpoint.split()
    kind = {"content-type": "application/json"}
    response = client.request(method, path, content=raw, headers=kind)
    assert response.status_code < 500
    if response.status_code >= 400:
        assert response.json()["error"]


def test_documents_and_index_are_as_they_were(client: TestClient) -> None:
    """After fuzzing, a question is still answered."""
    asked = {"question": "When was the harbour of Larnmouth dredged?"}
    answer = client.post("/api/ask", json=asked).json()
    assert "April 2023" in answer["text"]
