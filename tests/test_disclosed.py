"""All that is public of a secret vote reads the same, whoever chose what, where that must not be told."""

import re

import pytest

from app.proposals.models import Proposal
from tests.tellers import counted
from tests.test_votes import opened

YES, NO, ABSTAIN = (1,), (2,), (3,)
PAGES = ("", "/ballots", "/ballots/file", "/recount", "/receipt", "/seals", "/seals/file", "/terms")
# Two electorates, and what everybody may know of both
TWINS = {
    "three ballots": ([YES] * 3, [NO, NO, ABSTAIN]),
    "four ballots": ([YES] * 4, [YES, YES, NO, ABSTAIN]),
    "nine ballots": ([NO] * 9, [NO] * 5 + [YES] * 4),
    "all alike, or two not": ([YES] * 12, [YES] * 10 + [NO, ABSTAIN]),
    "one not, or another": ([YES] * 19 + [NO], [YES] * 19 + [ABSTAIN]),
}


def held(world, ballots):
    """A vote on a proposal that is like any other of these, counted."""
    proposal = Proposal.draft(world.fleur, world.table, "Een fontein", "Op het plein.", "nl")
    proposal.submit(world.fleur)
    vote, keys = opened(world, proposal, ballots)
    return counted(vote, keys)


def public_words(visitor, vote):
    """All that everybody can read of a vote, without what differs between any two of them."""
    found = [visitor.get(f"/votes/{vote.id}{page}") for page in PAGES]
    texts = [f"{answer.status_code} {answer.text}" for answer in found]
    for address in ("/votes", "/open-data/votes", "/open-data/votes.json", "/", "/council", "/record"):
        texts.append(lines_about(vote, visitor.get(address).text))
    texts.append(visitor.get(f"/proposals/{vote.proposal_id}").text)
    return [masked(vote, text) for text in texts]


def lines_about(vote, text):
    """The lines of a page on many things that name this vote."""
    names = (rf"/votes/{vote.id}\b", rf"^{vote.id},", rf'"vote": {vote.id}\b')
    return "\n".join(line for line in text.splitlines() if any(re.search(name, line) for name in names))


def masked(vote, text):
    for kind, number in (("vote", vote.id), ("proposal", vote.proposal_id)):
        text = re.sub(rf"\b({kind}s?[/=,-]|{kind}\": ?){number}\b", r"\1N", text)
    text = re.sub(rf'^{vote.id},|"id":{vote.id}', "N", text, flags=re.M)
    text = re.sub(r"T\d\d:[0-9:.]+Z", "T", text)  # moments; a receipt may look like one without its colons
    text = re.sub(r'value="[^"]{40,}"|\b[0-9a-f]{12,64}\b|\b([0-9a-f]{4} ){3}[0-9a-f]{4}\b', "*", text)
    return re.sub(r"\b[0-9A-Z]{4} [0-9A-Z]{4}\b", "*", text)  # receipts


@pytest.mark.parametrize("case", TWINS)
def test_two_electorates_with_the_same_outcome_read_the_same(world, visitor, case):
    one, other = (public_words(visitor, held(world, ballots)) for ballots in TWINS[case])
    for mine, theirs in zip(one, other, strict=True):
        assert mine == theirs


def test_where_figures_are_told_they_differ(world, visitor):
    one, other = (public_words(visitor, held(world, [YES] * yes + [NO] * (12 - yes))) for yes in (7, 8))
    assert sum(mine != theirs for mine, theirs in zip(one, other, strict=True)) > 3
