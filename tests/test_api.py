"""The interface for programs answers as its description says, whatever it is asked."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

ALWAYS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ASKED = {
    GenerationMode.POSITIVE: ALWAYS,  # what the description allows
    GenerationMode.NEGATIVE: [*ALWAYS, negative_data_rejection],  # what it does not
}


@pytest.mark.parametrize("mode", ASKED, ids=lambda mode: mode.value)
def test_every_answer_is_as_described(shared_app, world, mode):
    described = schemathesis.openapi.from_wsgi("/api/openapi.json", shared_app)
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) > 5
    for operation in operations:
        seen = statuses_of(operation, mode)
        assert (200 in seen) if mode is GenerationMode.POSITIVE else (400 in seen), (operation.label, seen)


def statuses_of(operation, mode):
    """Ask all sorts of things, check each answer, and say with which statuses it was answered."""
    seen = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def ask(case):
        response = case.call(headers={"Accept-Encoding": "identity"})
        seen.append(response.status_code)
        case.validate_response(response, checks=ASKED[mode])

    ask()
    return seen
