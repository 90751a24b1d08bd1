"""Taking over data from elsewhere: all of it or nothing, and a clear word when it is not right."""


class Refused(Exception):
    """The input is not what it should be: which file, which line, and why."""

    def __init__(self, file, line, reason):
        super().__init__(f"{file}, line {line}: {reason}. Nothing was taken over.")
