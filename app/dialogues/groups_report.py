"""What `buurtstem groups` prints: the opinion groups in a file, as one JSON object or as sentences."""

import numpy as np

from app.core.opinion.analysis import PEOPLE_NEEDED, REACTED_ENOUGH, SHOWN_FROM, analyse, describe
from app.core.opinion.honesty import chance
from app.core.opinion.representative import NONE
from app.dialogues.vote_files import in_line
from app.imports import Unreadable

NOTES = {
    "few": f"Fewer than {PEOPLE_NEEDED} people gave {REACTED_ENOUGH} reactions, so no groups are shown.",
    "chance": "No clear groups yet: people differ no more than chance would give.",
    "unstable": "No clear groups yet: with some people or statements less, other groups would come out.",
    "one": "No clear groups yet: people cannot be told apart.",
}


def report(votes, minimum=True):
    """The groups that we find."""
    found = analyse(votes.reactions, minimum=minimum)
    note = NOTES.get(found.why_none, "")
    if found.k:
        note = (
            "Tentative: the groups are not very stable." if found.is_tentative else "The groups are stable."
        )
        if not minimum and found.stability.overall < SHOWN_FROM:
            note = "For research only: the groups are not stable."
    return as_json(found, [chr(ord("A") + group) for group in range(found.k)], note, votes)


def report_given(votes, file):
    """What the groups in the file hold."""
    if not votes.has_groups:
        raise Unreadable(file, None, "there is no column 'group-id', so there are no given groups")
    names = sorted(set(votes.given_groups.values()), key=in_line)
    number = {name: place for place, name in enumerate(names)}
    people = votes.reactions.people
    groups = np.array([number.get(votes.given_groups.get(person), NONE) for person in people], dtype=int)
    note = "The groups are those of the file." if names else "Nobody in the file has a group-id."
    p_value = chance(votes.reactions.in_canonical_order(), seed=1) if len(people) >= 3 else None
    return as_json(describe(votes.reactions, groups, len(names), p_value=p_value), names, note, votes)


def as_json(found, names, note, votes):
    statements = found.reactions.statements
    if votes.moderated:
        note += f" By comments.csv {votes.moderated} statements are left out."

    def numbers(chosen):
        return [statements[one.statement] for one in chosen]

    return {
        "k": found.k,
        "groups": {
            person: names[group]
            for person, group in zip(found.reactions.people, found.groups.tolist(), strict=True)
            if group != NONE
        },
        "representative": {
            name: numbers(held) for name, held in zip(names, found.representative, strict=True)
        },
        "consensus": {"agree": numbers(found.agreed), "disagree": numbers(found.rejected)},
        "p_value": found.p_value,
        "stability": None if found.stability is None else round(found.stability.overall, 4),
        "note": note,
    }


def as_sentences(told):
    """The same for reading."""
    sizes = {name: list(told["groups"].values()).count(name) for name in told["representative"]}
    yield told["note"]
    for name, held in told["representative"].items():
        yield f"Group {name}, {sizes[name]} people. Typical statements: {spelled(held)}."
    yield f"Most agree with: {spelled(told['consensus']['agree'])}."
    yield f"Most disagree with: {spelled(told['consensus']['disagree'])}."


def spelled(numbers):
    return ", ".join(map(str, numbers)) or "none"
