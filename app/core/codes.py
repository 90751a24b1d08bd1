"""Short codes for paper: easy to read aloud, hard to guess, safe against a slip of the pen."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
LENGTH = 10  # characters of secret: 50 bits
GROUPS = (4, 4, 3)
# Check letters of a sheet's number. Nineteen of them, a prime, none of which looks like a digit.
LETTERS = "ACDEFHJKMNPQRTUVWXY"
LOOKALIKES = str.maketrans("ILO", "110", " -–—._\u00a0\t\n")


def number_of(characters: str) -> int:
    number = 0
    for character in characters:
        number = number * 32 + ALPHABET.index(character)
    return number


def code_of(number: int) -> str | None:
    """The code for a number below 2**50, check character included.

    Crockford's check is the number modulo 37, which catches every single wrong character and every
    swap of neighbours. Five of its 37 signs are punctuation, unkind on paper: for those numbers
    there is no code (None), and the caller draws another number.
    """
    check = number % 37
    if check >= len(ALPHABET):
        return None
    digits = [ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(LENGTH))]
    return "".join(digits) + ALPHABET[check]


def read_code(typed: str) -> str | None:
    """The code somebody meant, or None when it cannot be one: wrong length, sign or check."""
    code = read_characters(typed, LENGTH + 1)
    return code if code and code_of(number_of(code[:LENGTH])) == code else None


def read_characters(typed: str, length: int) -> str | None:
    """The characters somebody meant, lookalikes set right; None when their number or a sign is wrong."""
    characters = typed.upper().translate(LOOKALIKES)
    if len(characters) != length or any(character not in ALPHABET for character in characters):
        return None
    return characters


def spaced(code: str) -> str:
    """A code in groups, as printed: `7K2M-9QXA-4TD`."""
    parts, start = [], 0
    for size in GROUPS:
        parts.append(code[start : start + size])
        start += size
    return "-".join(parts)


def sheet_code(number: int, series: int) -> str:
    """A sheet's number with two check letters: `12RT`; `series` tells one pile of sheets from another.

    The number modulo a prime larger than any digit catches every single wrong digit and every swap of
    neighbours; the second letter catches a sheet of another pile.
    """
    return f"{number}{LETTERS[number % len(LETTERS)]}{LETTERS[(number + series) % len(LETTERS)]}"


def read_sheet_code(typed: str, series: int) -> int | None:
    """The number of the sheet that somebody meant, or None when no sheet of this pile says so."""
    characters = typed.upper().translate(str.maketrans("", "", " -–—._·\u00a0\t\n"))
    number = characters[:-2]
    if not (number.isascii() and number.isdecimal()) or len(number) > 6:
        return None
    return int(number) if sheet_code(int(number), series) == characters else None
