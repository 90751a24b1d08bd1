"""Reading the file of ballots that a vote of ours published, to count it by any method."""

from app.core.published import read_published
from app.core.tally import METHODS
from app.imports import Refused, opened
from app.votes.ballots import Ballots


def read(path):
    """The election in a file. Raises Refused."""
    with opened(path) as file:
        raw = file.read()
    try:
        found = read_published(raw.decode())
        if found.method not in METHODS or list(found.labels) != list(range(1, len(found.labels) + 1)):
            raise ValueError("what was voted on cannot be read")
        kind = METHODS[found.method].KIND
        election = Ballots(path.name, held={kind: found.choices(kind)})
    except ValueError as error:
        raise Refused(path.name, None, str(error)) from error
    for number, label in found.labels.items():
        election.add_option(number, label)
    kept = ("seats", "budget", "costs", "priority")
    election.rule = {name: getattr(found.rule, name) for name in kept}
    return election
