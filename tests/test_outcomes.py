"""The page of an outcome says why it came out so: by every method, in both languages, with its ties."""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser

import pytest
from flask import g
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.core.tally import METHODS
from app.core.tally.notation import read_choice
from app.db import db
from app.votes.box import Ballot
from app.votes.rule import BUDGETS
from app.votes.why import BY_METHOD
from tests import tellers
from tests.core.tally.elections import choices
from tests.outcomes import CAPITALS, CIRCLE, CITIES, PROJECTS, TREES, WISHES, counted, explained, kept
from tests.outcomes import PRICES as COSTS
from tests.test_ballots import CAST, prepared, residents

TAGGED = re.compile(r"Optie (\d+) &amp; &lt;b&gt;</span> <span class=\"tag ")
TOLD = {"resistance": ({}, {"1:0,2:10,3:4": 7, "1:9,2:0,3:3": 6}, [3])}  # where CAST hides its figures
NAMED = re.compile(r'<strong lang="nl">(.*?)</strong>')


@pytest.fixture
def read(shared_app):
    """What the outcome of a vote says, as text: its first sentence, why, and the whole."""

    def read_in(language, method, ballots, labels, **rules):
        with shared_app.test_request_context(headers={"Accept-Language": language}):
            g.languages = ["en", "nl"]
            html, outcome = explained(counted(method, ballots, labels, **rules))
        sentences = [
            said(sentence) for sentence in (outcome.decision, *outcome.turnout, *outcome.why.sentences)
        ]
        return " ".join(sentences), [said(step) for step in outcome.why.steps], said(html)

    return read_in


@pytest.fixture
def told(read):
    def in_english(*facts, **rules):
        return read("en", *facts, **rules)

    return in_english


def said(html):
    """The words of a piece of a page, with one space between them."""
    without = re.sub(r"<svg.*?</svg>", " ", str(html), flags=re.S)
    cells = re.sub(r"</(td|th|li|p|h2|h3|caption|summary)>", " | ", without)
    words = re.sub(r"<[^>]+>", "", cells).replace("&#34;", '"').replace("&amp;", "&")
    return re.sub(r"(\s*\|)+\s*", " | ", re.sub(r"\s+", " ", words)).strip(" |")


def test_every_method_is_explained():
    assert set(BY_METHOD) == set(METHODS)


# Adding up


def test_yes_or_no_says_what_was_needed(told):
    words, _, page = told("yes_no", "21 1; 12 2; 5 3", ["Ja", "Nee", "Onthouding"], electorate=90, quorum=40)
    assert words == (
        "Adopted. 38 of 90 people voted. At least 40% had to vote, that is 36. For: 21. Against: 12. "
        "More than half had to be for it: at least 17. 5 people abstained. That counts for the turnout only."
    )
    assert "Ja | 21 | Nee | 12 | Onthouding | 5" in page


@pytest.mark.parametrize(("threshold", "needed"), [("majority", 21), ("two_thirds", 27)])
def test_just_enough_is_what_the_sentence_says(told, threshold, needed):
    for yes, decided in ((needed, "Adopted."), (needed - 1, "Not adopted.")):
        ballots = f"{yes} 1; {40 - yes} 2"
        words, *_ = told("yes_no", ballots, ["Ja", "Nee", "Geen"], threshold=threshold)
        assert words.startswith(decided) and f"at least {needed}." in words


def test_the_most_support_and_what_came_after_it(told):
    words, _, page = told("approval", "12 1,2; 9 2; 5 3; 4 1,3; 2 ", TREES)
    assert "Chosen: Eik. 32 of 32 people voted." in words
    assert "Eik has the most: 21 votes. That is 66% of all who voted." in words
    assert "After that comes Linde, with 16 votes." in words
    assert "Eik Chosen | 21 | Linde | 16 | Plataan | 9" in page


def test_several_places_and_a_tie_for_the_last(told):
    words, *_ = told("approval", "12 1,2; 9 2; 5 3; 4 1,3", TREES, seats=2)
    assert "Chosen: Eik and Linde." in words and "The last of these has 16 votes." in words
    words, _, page = told("approval", "8 2; 5 1,3", TREES, seats=2)
    assert "Chosen: Eik. A tie for what is left: Linde and Plataan." in words
    assert "Linde and Plataan are equal: 5 votes each. For these there is 1 place left." in words
    assert "draws no lots" in words and "Linde Equal | 5" in page and "Eik Chosen | 8" in page


def test_borda_tells_whole_points_of_the_capitals(told):
    words, _, page = told("borda", CAPITALS, CITIES)
    assert "Nashville has the most: 194 points." in words
    assert "Nashville Chosen | 194 | Chattanooga | 173 | Memphis | 126 | Knoxville | 107" in page
    assert "1.5 points" in told("borda", "1 1=2>3", TREES)[0]


def test_scores_dots_and_squares(told):
    words, _, page = told("score", "2 1:5,2:3; 1 2:5", TREES)
    assert "Eik has the most: 11 points. Each voter could give an option up to 5 points." in words
    assert "After that comes Linde, with 10 points." in words
    assert "Option | Points | On average | Eik Chosen | 11 | 3.67 | Linde | 10 | 3.33" in page
    assert "Linde and Eik are equal: 10 points each." in told("score", "2 1:5,2:5", TREES[:2])[0]
    words, _, page = told("dots", "5 1:3,2:2; 4 2:1,3:4; 3 3:1", TREES, credits=5)
    assert "Plataan has the most: 19 dots. Everybody had 5 dots to divide." in words
    assert "Plataan Chosen | 19 | 7" in page
    words, _, page = told("quadratic", "5 1:2,2:2; 4 2:1,3:2", TREES, credits=9)
    assert "Eik has the most: 14 votes." in words and "Eik Chosen | 14 | 9" in page


# Grades


def test_star_tells_the_final(told):
    words, _, page = told("star", "10 1:5,2:3,3:0; 8 1:1,2:4,3:5; 5 2:5", TREES)
    assert "in the final: Eik with 87 points and Linde with 58 points." in words
    assert "13 voters put Eik above Linde in the final, and 10 the other way round." in words
    assert "The final | Put higher | Ballots | Eik | 13 | Both the same | 0 | Linde | 10" in page


def test_star_holds_every_final_that_equal_points_allow(told):
    words, steps, _ = told("star", "3 1:5,2:3,3:3; 2 1:1,2:4,3:4", TREES)
    assert "A tie between Linde, Eik and Plataan." in words and "equally many points" in words
    assert steps[0] == "3 voters put Linde above Eik in the final, and 2 the other way round."
    assert steps[2].startswith("In the final between Eik and Plataan each was put higher as often: 0 times.")


def test_the_middle_grade_in_words(told):
    words, steps, page = told("majority_judgment", "10 1:5,2:3,3:0; 8 1:1,2:4,3:5; 5 2:5", TREES)
    assert "At least half of the voters gave Eik the grade “Very good” or better." in words and not steps
    assert "Linde | 10 | 0 | 0 | 0 | 8 | 5" in page and "Linde In the middle: Poor" in page


def test_a_shared_middle_grade_is_taken_away(told):
    words, steps, _ = told("majority_judgment", "6 1:4,2:4,3:0; 5 1:1,2:4,3:5; 5 1:5,2:2", TREES)
    assert "Chosen: Eik." in words and "These options share it: Linde and Eik." in words
    assert steps == ["After 6 grades each were taken away: Linde “Poor” and Eik “Acceptable”."]
    assert "exactly the same grades" in told("majority_judgment", "3 1:4,2:4; 1 1:2,2:2", TREES)[0]


def test_the_least_resistance_and_who_minds(told):
    words, _, page = told("resistance", "8 1:0,2:3,3:9; 4 1:10,2:3,3:5", TREES)
    assert "Eik meets the least resistance: 3 on average, from 0 to 10." in words
    assert "Nobody feels much resistance to it" in words and "After that comes Linde, with 3.33." in words
    assert "Linde | 3.33 | 10 | 8 | 0 | 4" in page
    assert "1 of 3 voters feels much resistance" in told("resistance", "2 1:0,2:9; 1 1:8,2:9", TREES)[0]


# Rounds


def test_instant_runoff_of_the_capitals(told):
    words, steps, page = told("irv", CAPITALS, CITIES)
    assert "Chosen: Knoxville." in words and "The last round: Knoxville 58 and Memphis 42." in words
    assert "nobody had more than half of the 100 first places" in words
    assert steps[0] == "Round 1: Chattanooga goes out, with 15. Their next choices: Knoxville +15."
    assert steps[2] == "Round 3: Memphis goes out, with 42. Knoxville is left, and wins."
    assert "Knoxville Chosen | 17 | 32 +15 | 58 ✓ +26" in page and "Chattanooga | 15 × | – | –" in page


def test_instant_runoff_tells_equals_that_went_out_together(told):
    """Had the oak gone out alone, the plane would have had 6 against 5; and the other way round."""
    words, steps, _ = told("irv", "5 1; 3 2>3; 3 3>2", TREES)
    assert steps == ["Round 1: Eik and Plataan go out, each with 3. Linde is left, and wins."]
    assert "In round 1 equals went out together, as the rules say." in words
    assert "Out one by one, one of these could have won: Eik and Plataan." in words
    words, steps, _ = told("irv", "9 1; 3 2; 3 3", TREES)
    assert "one by one" not in words and steps[0].startswith("Round 1: Eik and Plataan go out, each with 3.")


def test_instant_runoff_may_end_equal(told):
    words, steps, page = told("irv", "2 1; 2 2", TREES[:2])
    assert "In the last round Linde and Eik had as many ballots: 2 each. The program draws no lots." in words
    assert steps == ["Round 1: all that are left are equal."] and "2 ✓" not in page and "2 ×" not in page


def test_a_transferable_vote_tells_surpluses_and_who_is_chosen_when(told):
    """The quota is 22 // 4 + 1 = 6; Amir and Els have 7 at once, and Bo gets there when Cas is out."""
    names = ["Amir", "Bo", "Cas", "Dina", "Els"]
    words, steps, page = told("stv", "4 2>1; 7 1>2; 1 3>2; 3 4>1; 4 5; 3 5>4", names, seats=3)
    assert "Chosen: Amir, Els and Bo." in words
    assert "There were 3 places and 22 ballots. Whoever has 6 votes is chosen." in words
    assert steps[0] == "Round 1: every ballot counts for its first choice. Chosen: Amir and Els."
    assert steps[1].startswith(
        "Round 2: Amir has 1 more than needed. These go on. Their next choices: Bo +1."
    )
    assert "the order on the ballot decided" in steps[1]
    assert steps[3] == "Round 4: Cas goes out, with 1. Their next choices: Bo +1. Chosen: Bo."
    assert "Els Chosen | 7 ✓ | 7 | 6 | 6" in page and "No choice left | 0 | 0 | 0.57 | 0.57" in page


def test_a_draw_that_mattered_is_told(told):
    words, *_ = told("stv", "2 1; 2 2", TREES[:2], seats=1)
    assert "the order on the ballot, and that made a difference." in words
    assert "In another order these could have been chosen: Eik." in words


# Duels


@pytest.mark.parametrize("method", ["schulze", "ranked_pairs"])
def test_who_wins_every_duel_of_the_capitals(told, method):
    words, steps, page = told(method, CAPITALS, CITIES)
    assert "Nashville beats every other option. The closest was Memphis: 58 against 42." in words
    assert not steps and "against Memphis: 58 – 42" in page
    assert "3. Knoxville | 32 | 17 | – | 58" in page and "strongest paths" not in page


def test_schulze_tells_the_way_around_a_circle(told):
    words, steps, page = told("schulze", CIRCLE, TREES)
    assert "Chosen: Linde." in words and "No option beats every other one." in words
    assert steps == [
        "Plataan beats Linde, by 1. By way of Eik Linde stands above it, by at least 3 at every step."
    ]
    assert "1. Linde | – | 3 | 3 | 2. Eik | 1 | – | 5 | 3. Plataan | 1 | 1 | –" in page


def test_ranked_pairs_tells_what_is_locked_and_what_is_left_out(told):
    words, steps, _ = told("ranked_pairs", CIRCLE, TREES)
    assert "In the end no option stands above Linde." in words
    assert steps == [
        "Eik stands above Plataan, by 5.",
        "Linde stands above Eik, by 3.",
        "Plataan above Linde, by 1, is left out. It goes against what stands above.",
    ]


@pytest.mark.parametrize("method", ["schulze", "ranked_pairs"])
def test_a_circle_of_equal_duels_is_a_tie(told, method):
    words, *_ = told(method, "1 1>2>3; 1 2>3>1; 1 3>1>2", TREES)
    assert "A tie between Linde, Eik and Plataan." in words and "draws no lots" in words


# Budgets


def test_a_budget_by_most_votes(told):
    words, _, page = told("greedy", WISHES, PROJECTS, costs=COSTS, budget=10_000_00)
    assert "These get their money: Bankjes, Bomen and Fietsenrek." in words
    assert "That spends €10,000 of €10,000; €0 is left." in words
    assert "24 of 32 voters get at least one project they chose: 75%." in words
    assert "Bankjes | 15 | €3,000 | €200 | €7,000" in page
    assert "Speeltuin: €4,000 · 11 votes more than the €2,000 that was left" in page
    assert "Vijver: €1,000 · 0 votes nobody chose it" in page


def test_equal_shares_tell_what_each_share_bought(told):
    """Shares of 10,000 / 32 = 312.50; 15 pay 200 for the benches, 9 pay 222.22 for the rack."""
    words, steps, page = told("mes_cost", WISHES, PROJECTS, costs=COSTS, budget=10_000_00)
    assert "Each of the 32 voters decided on an equal share of the money: €312.50." in words
    assert steps[0] == "The budget was divided evenly over all who voted: €312.50 each."
    assert "Bankjes | 15 | €3,000 | €200 | €7,000" in page and "Fietsenrek | 9 | €2,000 | €222.22" in page
    assert "its supporters had €2,837.50 left" in page  # 8 of 312.50, and 3 of 112.50


def test_shares_that_grew_and_what_came_after_by_votes(told):
    grown = {"costs": COSTS, "budget": 10_000_00, "completion": "add1u", "increment": 100}
    words, steps, _ = told("mes_cost", WISHES, PROJECTS, **grown)
    assert "These get their money: Bankjes, Speeltuin and Fietsenrek." in words
    assert "32 of 32 voters get at least one project they chose: 100%." in words
    assert steps[1].startswith("Shares grew in small steps to €") and "one more step" in steps[2]
    words, steps, _ = told("mes_cost", WISHES, PROJECTS, **grown | {"completion": "utilitarian"})
    assert steps[-1].startswith("The money that was left then went to what had most votes and fitted:")


def test_equal_projects_are_told_with_the_rule_that_chose(told):
    words, *_ = told("greedy", "5 1; 5 2", ["Bank", "Boom"], costs=[600, 600], budget=1_000)
    assert "These get their money: Bank." in words
    assert "more votes go first, then a lower cost, then the order on the ballot: Bank and Boom." in words


def test_many_projects_stand_in_a_list(told):
    words, _, page = told("greedy", "3 1,2,3,4,5,6", list("ABCDEF"), costs=[10] * 6, budget=100)
    assert words.startswith("6 projects get their money.") and "A | B | C | D | E | F" in page


# When there is little to tell


def test_too_few_voters_have_figures_that_decide_nothing(told):
    words, _, page = told("irv", CAPITALS, CITIES, electorate=400, quorum=30)
    assert words == (
        "Too few people voted, so this vote does not count. 100 of 400 people voted. "
        "At least 30% had to vote, that is 120. The figures below decide nothing."
    )
    assert "Memphis | 42" in page and "Chosen" not in page


@pytest.mark.parametrize("method", METHODS)
def test_empty_ballots_decide_nothing(told, method):
    if method != "yes_no":
        words, steps, _ = told(method, "12 ", TREES, costs=[1, 1, 1], budget=10, credits=9)
        assert words == "Nobody chose anything, so nothing is decided. 12 of 12 people voted." and not steps


@pytest.mark.parametrize("method", METHODS)
def test_the_page_of_a_vote_by_any_method_tells_it_in_both_languages(world, visitor, method):
    vote = held(world, method)
    names = [vote.options[number - 1].label for number in vote.tally["winners"]]
    for language, heading in (("en", "Why this is the outcome"), ("nl", "Waarom dit de uitslag is")):
        answer = visitor.get(f"/votes/{vote.id}", headers={"Accept-Language": language})
        assert answer.status_code == 200 and heading in said(answer.text)
        decision = re.search(r'<p class="notice">(.*?)</p>', answer.text, re.S)[1]
        assert list(map(unescape, NAMED.findall(decision))) == ([] if method == "yes_no" else names)
        assert decision in visitor.get("/votes", headers={"Accept-Language": language}).text


def held(world, method, number=None):
    """A secret vote by this method, counted by its tellers."""
    rules, ballots, _winners = (CAST | TOLD)[method]
    vote = prepared(world, method, secrecy="secret", **rules)
    keys = tellers.opened(vote, world.fleur, [world.fleur, world.fatima, world.samira])
    cast = [ballot for ballot, count in ballots.items() for _one in range(count)][:number]
    for person, ballot in zip(residents(len(cast)), cast, strict=True):
        vote.cast(person, read_choice(vote.kind, ballot))
    tellers.counted(vote, keys)
    return vote


@pytest.mark.parametrize("method", METHODS)
def test_hidden_figures_leave_the_outcome_only(world, visitor, method):
    vote = held(world, method, number=7)
    page = said(visitor.get(f"/votes/{vote.id}").text)
    assert "Fewer than 10 people voted." in page
    assert "Why this is the outcome" not in page and "The count" not in page
    assert re.search(r"Outcome \| .*? \| Fewer than 10", page)


def test_with_equal_shares_a_receipt_tells_what_its_share_bought(world, visitor):
    """Six pay 50 each for the bench; shares grew to 70."""
    vote = held(world, "mes_cost")
    found = {
        ballot.choice: ballot.receipt
        for ballot in db.session.scalars(select(Ballot).filter_by(vote_id=vote.id))
    }
    bought = {
        choice: said(visitor.post(f"/votes/{vote.id}/receipt", data={"receipt": found[choice]}).text)
        for choice in ("1", "3")
    }
    assert re.search(r"This ballot's share paid for: Bank €50\. €\S+ of it was left\.", bought["1"])
    assert "No project was paid from it." in bought["3"]


def test_thirty_options_make_no_heavy_page(world, visitor):
    options = range(1, 31)
    ballots = {
        tuple(frozenset({1 + (start + step * hop) % 30}) for step in range(30)): 1 + start
        for start, hop in zip(options, [1, 7, 11, 13, 17, 19] * 5, strict=True)
    }
    for method in ("irv", "stv", "schulze", "ranked_pairs"):
        rules = {"seats": 5} if method == "stv" else {}
        vote = kept(world, counted(method, ballots, [f"De {number}e straat" for number in options], **rules))
        db.session.commit()
        answer = visitor.get(f"/votes/{vote.id}", headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200 and len(answer.data) < 40_000, (method, len(answer.data))


def test_what_takes_too_long_to_find_out_is_said(shared_app, monkeypatch):
    monkeypatch.setattr("app.core.tally.irv.MOST_LOOKS", -1)
    monkeypatch.setattr("app.core.tally.ranked_pairs.MOST_STATES", 1)
    with shared_app.test_request_context(headers={"Accept-Language": "en"}):
        g.languages = ["en"]
        runoff, _ = explained(counted("irv", "5 1; 3 2>3; 3 3>2", TREES))
        pairs, _ = explained(counted("ranked_pairs", "1 1>2>3; 1 2>3>1; 1 3>1>2", TREES))
    assert "Whether that mattered takes too long to find out." in said(runoff)
    assert "Chosen: Linde." in said(pairs)
    assert "The order on the ballot decided between them." in said(pairs)


def test_a_vote_counted_long_ago_is_told_too(shared_app):
    """Then a tally named no ties, and kept no rounds."""
    with shared_app.test_request_context(headers={"Accept-Language": "en"}):
        g.languages = ["en"]
        vote = counted("approval", "3 1,2", TREES)
        vote.tally = {key: vote.tally[key] for key in vote.tally if key not in ("tied", "rounds", "reached")}
        html, _outcome = explained(vote)
    assert "A tie between Linde and Eik." in said(html) and "Linde Equal | 3" in said(html)


# Whatever people choose


class Sound(HTMLParser):
    """Whether every element is closed in order, and nothing brings a style of its own."""

    def __init__(self, html):
        super().__init__()
        self.open = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        assert "style" not in dict(attributes)
        if tag not in ("br", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert "style" not in dict(attributes)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@st.composite
def votes(draw, method):
    kind, options = METHODS[method].KIND, draw(st.integers(3 if method == "yes_no" else 1, 5))
    options = 3 if method == "yes_no" else options
    one = choices(kind, options, most=1 if method in ("dots", "quadratic") else 5)
    if method == "yes_no":
        one = st.integers(1, 3).map(lambda number: frozenset({number}))
    ballots = Counter()
    for choice in draw(st.lists(one, min_size=1, max_size=12)):
        ballots[choice] += draw(st.sampled_from([1, 1, 2, 10]))
    rules = {"credits": 9, "quorum": draw(st.sampled_from([0, 0, 0, 50]))}
    rules["electorate"] = sum(ballots.values()) * draw(st.sampled_from([1, 1, 3]))
    if method in ("approval", "score", "borda", "stv", "dots", "quadratic", "resistance"):
        rules["seats"] = draw(st.integers(1, 3))
    if method in BUDGETS:
        rules["costs"] = draw(st.lists(st.integers(0, 60), min_size=options, max_size=options))
        rules["budget"] = draw(st.integers(0, 120))
        rules["completion"] = draw(st.sampled_from(["none", "add1", "add1u", "utilitarian"]))
    return ballots, [f"Optie {number} & <b>" for number in range(1, options + 1)], rules


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_outcome_of_any_election_names_exactly_who_won(shared_app, method, data):
    ballots, labels, rules = data.draw(votes(method))
    language = data.draw(st.sampled_from(["en", "nl"]))
    with shared_app.test_request_context(headers={"Accept-Language": language}):
        g.languages = ["en", "nl"]
        vote = counted(method, ballots, labels, **rules)
        html, outcome = explained(vote)
    Sound(html)
    assert "<b>" not in html and len(outcome.why.sentences) <= 6
    told_of = str(outcome.decision) + "".join(str(outcome.told.name(option)) for option in outcome.listed)
    numbers = [int(name.split()[1]) for name in NAMED.findall(told_of)]
    assert sorted(numbers) == ([] if method == "yes_no" else sorted(vote.tally["winners"]))
    tagged = {int(number) for number in TAGGED.findall(html)}
    assert tagged <= set(vote.tally["winners"])
