from hypothesis import given
from hypothesis import strategies as st

from app.core.codes import ALPHABET, LENGTH, code_of, number_of, read_code, spaced

numbers = st.integers(0, 32**LENGTH - 1).filter(lambda number: code_of(number) is not None)


def test_a_known_code():
    assert code_of(0) == "00000000000"
    assert code_of(1) == "00000000011"
    assert spaced("7K2M9QXA4TD") == "7K2M-9QXA-4TD"


def test_a_number_whose_check_is_punctuation_has_no_code():
    assert code_of(32) is None


@given(numbers)
def test_a_code_is_read_back_however_it_is_typed(number):
    code = code_of(number)
    assert number_of(code[:LENGTH]) == number
    for typed in (
        code,
        spaced(code),
        spaced(code).lower(),
        f"  {spaced(code)} ",
        code.replace("0", "o").replace("1", "l"),
    ):
        assert read_code(typed) == code


@given(numbers, st.integers(0, LENGTH), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_caught(number, place, other):
    code = code_of(number)
    wrong = code[:place] + other + code[place + 1 :]
    assert (read_code(wrong) == wrong) == (wrong == code)


@given(numbers, st.integers(0, LENGTH - 2))
def test_two_swapped_neighbours_are_always_caught(number, place):
    code = code_of(number)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert swapped == code or read_code(swapped) is None


@given(st.text(max_size=30))
def test_anything_typed_gives_a_code_or_nothing(typed):
    code = read_code(typed)
    assert code is None or len(code) == LENGTH + 1
