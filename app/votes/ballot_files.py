"""Files of ballots that we can count: who reads which, and what `buurtstem tally` says of the count."""

from app.core.tally import METHODS
from app.imports import Refused, Unreadable
from app.votes import abif, pabulib_ballots, preflib, published

READERS = {
    ".soc": preflib.read,
    ".soi": preflib.read,
    ".toc": preflib.read,
    ".toi": preflib.read,
    ".cat": preflib.read,
    ".abif": abif.read,
    ".txt": published.read,
    ".pb": pabulib_ballots.read,
}


def read(path):
    """The election in a file, in the form that its name says. Raises Unreadable."""
    reader = READERS.get(path.suffix.lower())
    try:
        if not reader:
            raise Refused(path.name, None, f"its name must end in one of {', '.join(READERS)}")
        return reader(path)
    except Refused as refused:
        raise Unreadable(*refused.args) from refused


def tally(name, path, **asked):
    """Count a file by a method, and tell the outcome in the file's own names. Raises Unreadable."""
    method, election = METHODS[name], read(path)
    called = name.replace("_", "-")
    try:
        if not election.ids:
            raise Refused(path.name, None, "there are no options in it")
        if name == "yes_no":
            ballots, ids = election.yes_no()
            options = (1, 2, 3)
        else:
            ballots = election.of_kind(method.KIND, called)
            ids = dict(zip(election.numbers, election.ids, strict=True))
            options = election.numbers
        return told(called, method.count(ballots, options, election.rule_for(name, ballots, **asked)), ids)
    except Refused as refused:
        raise Unreadable(*refused.args) from refused
    except ValueError as error:
        raise Unreadable(path.name, None, f"{called} cannot count it: {error}") from error


def told(called, found, ids):
    """A count as one JSON object: winners and scores by the file's ids, rounds by our numbers of options."""
    names = {option: ids.get(option, option) for option in found.counts}
    points = found.rounds[0].get("points") if found.rounds else None  # Borda's, where `counts` are halves
    scores = {int(option): score for option, score in (points or found.counts).items()}
    return {
        "method": called,
        "winners": [names[option] for option in found.winners],
        "tied": [names[option] for option in found.tied],
        "reason": found.reason,
        "ballots": found.ballots,
        "scores": {str(names[option]): score for option, score in scores.items()},
        "options": {str(option): id for option, id in names.items()},
        "rounds": list(found.rounds),
    }


def as_sentences(told):
    """The same for people."""
    lines = [f"{told['ballots']:,} ballots, counted by {told['method']}."]
    if told["winners"]:
        lines.append(f"{'Equal' if told['reason'] == 'tie' else 'Won'}: {listed(told['winners'])}.")
    else:
        chosen = told["reason"] != "no_votes"
        lines.append("Nothing won." if chosen else "Nobody won: no ballot chooses anything.")
    if told["tied"] and told["reason"] != "tie":
        lines.append(f"Equal, where the rule decided: {listed(told['tied'])}.")
    width = max(map(len, told["scores"]), default=0)
    return "\n".join([*lines, *(f"  {id:{width}}  {score}" for id, score in told["scores"].items())])


def listed(ids):
    return ", ".join(map(str, ids))
