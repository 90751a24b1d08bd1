"""The file of ballots that a vote publishes, and counting it again.

    # buurtstem ballots: 1
    # vote: what was fixed when the vote opened, as JSON: the question, the options, the method, its rule
    # fingerprint: the SHA-256 of what stands behind `# vote: `
    # paper: how often each ballot was found on paper
    # outcome: what we counted
    # ballots: the SHA-256 of what stands behind `# paper: ` and of all the lines below, with line ends
    receipt;ballot

The lines are sorted; a ballot without a receipt begins with `;`. Who changes a ballot must change the line
`# ballots` too, and then the SHA-256 of the whole file is not the one that the vote published.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any

from app.core.tally.notation import read_choice
from app.core.tally.outcome import Rule, Tally

FIRST = "# buurtstem ballots: 1"
KEYS = {"vote": dict, "fingerprint": str, "paper": dict, "outcome": dict, "ballots": str}
COMPARED = ("ballots", "counts", "reason", "tied", "winners")


def canonical(value: Any) -> str:
    """The one way to write something down as JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def outcome_of(tally: Tally) -> dict[str, Any]:
    """What the file says of a count."""
    counts = {str(option): number for option, number in tally.counts.items()}
    plain = {"ballots": tally.ballots, "counts": counts, "reason": tally.reason}
    return plain | {"tied": list(tally.tied), "winners": list(tally.winners)}


def write_published(
    spec: str, paper: Mapping[str, int], ballots: Iterable[tuple[str, str]], outcome: Mapping[str, Any]
) -> str:
    """The whole file. `spec` is the frozen text of the vote; ballots come with their receipts, or with ''."""
    on_paper = canonical(dict(paper))
    lines = [f"{receipt};{ballot}" for receipt, ballot in sorted(ballots)]
    head = [
        FIRST,
        f"# vote: {spec}",
        f"# fingerprint: {canonical(sha256(spec.encode()).hexdigest())}",
        f"# paper: {on_paper}",
        f"# outcome: {canonical(dict(outcome))}",
        f"# ballots: {canonical(digest_of(on_paper, lines))}",
    ]
    return "".join(f"{line}\n" for line in (*head, *lines))


def digest_of(on_paper: str, lines: Iterable[str]) -> str:
    return sha256("".join(f"{line}\n" for line in (on_paper, *lines)).encode()).hexdigest()


@dataclass(frozen=True)
class Published:
    """What stands in such a file, and what in it does not fit together."""

    vote: dict[str, Any]
    outcome: dict[str, Any]
    ballots: Counter[str]  # how often each text was cast, on paper too
    on_paper: int
    faults: list[str]

    @property
    def method(self) -> str:
        return str(self.vote["method"])

    @property
    def labels(self) -> dict[int, str]:
        return {int(option["number"]): str(option["label"]) for option in self.vote["options"]}

    @property
    def rule(self) -> Rule:
        known = {field.name for field in fields(Rule)}
        rule = {name: value for name, value in self.vote["rule"].items() if name in known}
        rule["costs"] = {int(option): cost for option, cost in rule.get("costs", {}).items()}
        return Rule(**rule | {"priority": tuple(rule.get("priority", ()))})

    def choices(self, kind: str) -> dict[Any, int]:
        """How often each choice was made. Raises ValueError on a text that is no ballot."""
        return {read_choice(kind, text): number for text, number in self.ballots.items()}


def read_published(text: str) -> Published:
    """Raises ValueError, with a sentence, when it is not such a file at all."""
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if lines[0] != FIRST:
        raise ValueError(f"the first line is not '{FIRST}'")
    start = next((place for place, line in enumerate(lines) if not line.startswith("#")), len(lines))
    head = header_of(lines[1:start])
    paper, cast = head["paper"][1], lines[start:]
    parts = [line.split(";") for line in cast]
    for number, part in enumerate(parts, start + 1):
        if len(part) != 2:
            raise ValueError(f"line {number} is not 'receipt;ballot'")
    ballots = Counter(ballot for _, ballot in parts)
    ballots.update(paper)
    faults = faults_in(head, cast, [receipt for receipt, _ in parts if receipt])
    found = Published(head["vote"][1], head["outcome"][1], ballots, sum(paper.values()), faults)
    try:
        _ = found.vote["question"], found.method, found.labels, found.rule
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("what was voted on cannot be read") from error
    return found


def header_of(lines: Sequence[str]) -> dict[str, tuple[str, Any]]:
    """What stands behind each key, as text and as what it says. Raises ValueError."""
    head = {}
    for line in lines:
        key, _, said = line.removeprefix("# ").partition(": ")
        try:
            head[key] = (said, json.loads(said))
        except ValueError as error:
            raise ValueError(f"what stands behind '# {key}' cannot be read") from error
    for key, kind in KEYS.items():
        if key not in head or not isinstance(head[key][1], kind):
            raise ValueError(f"the line '# {key}: ...' is missing, or says something else")
    return head


def faults_in(head: Mapping[str, tuple[str, Any]], cast: Sequence[str], receipts: Sequence[str]) -> list[str]:
    faults = []
    if sha256(head["vote"][0].encode()).hexdigest() != head["fingerprint"][1]:
        faults.append("What was voted on was changed: its fingerprint is another one.")
    if digest_of(head["paper"][0], cast) != head["ballots"][1]:
        faults.append("Ballots were changed, added or left out: their SHA-256 is another one.")
    if list(cast) != sorted(cast, key=lambda line: tuple(line.split(";"))):
        faults.append("The ballots do not stand in order.")
    if len(set(receipts)) < len(receipts):
        faults.append("A receipt stands there twice.")
    return faults


def recount(raw: bytes, methods: Mapping[str, Any], expected: str = "") -> tuple[list[str], bool]:
    """Count a published file again: what to say about it, and whether all is as it was published.

    `expected` is the SHA-256 of the whole file, as the page of the vote shows it. Raises ValueError.
    """
    found = read_published(raw.decode())
    faults = list(found.faults)
    if expected and sha256(raw).hexdigest() != expected.strip().lower():
        found_now = sha256(raw).hexdigest()
        faults.insert(0, f"This is not the file that was published: its SHA-256 is {found_now}.")
    if found.method not in methods:
        raise ValueError(f"it was counted by {found.method}, and here we count by {', '.join(methods)}")
    method = methods[found.method]
    tally = method.count(found.choices(method.KIND), list(found.labels), found.rule)
    counted = outcome_of(tally)
    other = [key for key in COMPARED if counted[key] != found.outcome.get(key)]
    faults += [f"The file says something else about: {key}." for key in other]
    return [*in_sentences(found, tally), "", *(faults or ["This is just what the file says."])], not faults


def in_sentences(found: Published, tally: Tally) -> list[str]:
    labels = found.labels
    width = max(map(len, labels.values()), default=0)
    return [
        found.vote["question"],
        f"Method: {found.method}. Ballots: {tally.ballots}, of which on paper: {found.on_paper}.",
        *(f"  {labels[option]:{width}}  {number}" for option, number in tally.counts.items()),
        f"Winners: {', '.join(labels[option] for option in tally.winners) or 'none'} ({tally.reason}).",
    ]
