import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.squares import NAMES, middle_of, square_of, thousandths


@pytest.mark.parametrize(
    ("point", "square"),
    [((0, 0), "A1"), ((999, 0), "H1"), ((0, 999), "A8"), ((999, 999), "H8"), ((300, 450), "C4")],
)
def test_squares_are_named_as_on_a_town_plan(point, square):
    assert square_of(*point) == square


def test_the_middle_of_each_square_lies_in_it():
    assert len(NAMES) == 64 and [square_of(*middle_of(name)) for name in NAMES] == list(NAMES)


@given(st.integers(), st.integers(), st.integers())
def test_every_click_lies_in_some_square(x, y, size):
    assert square_of(thousandths(x, size), thousandths(y, size)) in NAMES
