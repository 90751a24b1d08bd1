"""The squares of a sketch map, named as on a town plan: A1 at the top left, H8 at the bottom right."""

COLUMNS = "ABCDEFGH"
ROWS = "12345678"
FULL = 1000  # a point is so many thousandths from the left, and from the top
NAMES = tuple(column + row for row in ROWS for column in COLUMNS)


def square_of(x: int, y: int) -> str:
    """The square in which a point lies."""
    return COLUMNS[place(x, len(COLUMNS))] + ROWS[place(y, len(ROWS))]


def place(thousandths: int, many: int) -> int:
    return min(max(thousandths, 0) * many // FULL, many - 1)


def middle_of(name: str) -> tuple[int, int]:
    """The point in the middle of a square."""
    column, row = COLUMNS.index(name[0]), ROWS.index(name[1])
    return (2 * column + 1) * FULL // (2 * len(COLUMNS)), (2 * row + 1) * FULL // (2 * len(ROWS))


def thousandths(dots: int, size: int) -> int:
    """Where a click on a picture of so many dots wide or high lies."""
    return min(max(dots, 0) * FULL // max(size, 1), FULL - 1)
