from hypothesis import given
from hypothesis import strategies as st

from app.core.codes import (
    ALPHABET,
    LENGTH,
    code_of,
    number_of,
    read_code,
    read_sheet_code,
    sheet_code,
    spaced,
)

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


# The number of a sheet

sheets = st.tuples(st.integers(1, 9999), st.integers(0, 5000))


def test_a_known_sheet():
    assert sheet_code(12, 0) == "12RR" and sheet_code(12, 5) == "12RX"
    assert read_sheet_code(" 12-rx ", 5) == 12
    assert read_sheet_code("12", 5) is None and read_sheet_code("", 5) is None


@given(sheets)
def test_a_sheet_is_found_by_its_number_and_letters(sheet):
    number, series = sheet
    assert read_sheet_code(sheet_code(number, series).lower(), series) == number


@given(sheets, st.integers(0, 3), st.sampled_from("0123456789"))
def test_one_wrong_digit_of_a_sheet_is_always_caught(sheet, place, digit):
    number, series = sheet
    code = sheet_code(number, series)
    wrong = code[:place] + digit + code[place + 1 :]
    if place < len(str(number)) and wrong != code:
        assert read_sheet_code(wrong, series) is None


@given(sheets, st.integers(0, 2))
def test_two_digits_of_a_sheet_changed_about_are_always_caught(sheet, place):
    number, series = sheet
    code = sheet_code(number, series)
    swapped = code[:place] + code[place : place + 2][::-1] + code[place + 2 :]
    if place + 1 < len(str(number)) and swapped != code:
        assert read_sheet_code(swapped, series) is None


@given(sheets, st.integers(1, 18))
def test_a_sheet_of_another_pile_is_caught(sheet, further):
    number, series = sheet
    assert read_sheet_code(sheet_code(number, series), series + further) is None
