import json
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.inference import wilson
from tests.reference import reference


# Domain handbook, chapter 9
@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (5, 5, 0.566, 1),
        (0, 5, 0, 0.434),
        (7, 10, 0.397, 0.892),
        (12, 20, 0.387, 0.781),
        (60, 100, 0.502, 0.691),
        (0, 20, 0, 0.161),
    ],
)
def test_wilson_as_published(successes, n, low, high):
    assert wilson(successes, n) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


def test_wilson_equals_scipy():
    published = json.loads(reference("reference/wilson_scipy.json").read_text())
    rows = [dict(zip(published["columns"], row, strict=True)) for row in published["rows"]]
    wilsons = [row for row in rows if row["method"] == "wilson"]
    assert len(wilsons) > 100
    for row in wilsons:
        z = NormalDist().inv_cdf((1 + row["confidence"]) / 2)
        low, high = wilson(row["k"], row["n"], z)
        assert (low, high) == (pytest.approx(row["low"], abs=1e-12), pytest.approx(row["high"], abs=1e-12))


def test_nothing_asked_nothing_known():
    assert wilson(0, 0) == (0, 1)


def test_more_successes_than_tries_is_refused():
    with pytest.raises(ValueError, match="not a share"):
        wilson(6, 5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_mirrors(numbers):
    k, n = numbers
    low, high = wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1
    assert wilson(n - k, n) == (pytest.approx(1 - high), pytest.approx(1 - low))
