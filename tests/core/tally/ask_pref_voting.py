"""How `pref_voting.txt` was made: random elections, and who wins them according to pref-voting.

pref-voting (Holliday and Pacuit, MIT) is an independent implementation by social-choice researchers. It
brings forty packages and 700 MB, so it is no dependency of ours, not even for tests. Who wants to ask it
again installs it somewhere and runs

    python tests/core/tally/ask_pref_voting.py > tests/core/tally/pref_voting.txt

Made with pref-voting 1.18.2. A line is one election: options, then the winners by each method, then the
ballots in our notation. `put` is instant runoff with parallel universes.
"""

import random
import warnings
from collections import Counter
from math import factorial, prod

warnings.simplefilter("ignore")
RANKED, GRADED, SEED = 500, 150, 2026
MOST_ORDERS = 2_000  # of equally clear duels; pref-voting tries them all


def ranked_ballot(chance, options, equals, cut):
    order = chance.sample(range(1, options + 1), options)
    text = ""
    for option in order[: chance.randint(0, options) if cut else options]:
        text += ("=" if equals and text and chance.random() < 0.35 else ">" if text else "") + str(option)
    places = [sorted(map(int, place.split("="))) for place in text.split(">")] if text else []
    return ">".join("=".join(map(str, place)) for place in places)


def places_in(text):
    return [list(map(int, place.split("="))) for place in text.split(">")] if text else []


def ranked_election(chance):
    from pref_voting.iterative_methods import instant_runoff, instant_runoff_put
    from pref_voting.margin_based_methods import beat_path, ranked_pairs
    from pref_voting.profiles_with_ties import ProfileWithTies
    from pref_voting.rankings import Ranking
    from pref_voting.scoring_methods import borda_for_profile_with_ties

    options, equals, cut = chance.randint(2, 5), chance.random() < 0.4, chance.random() < 0.5
    ballots = Counter(ranked_ballot(chance, options, equals, cut) for _ in range(chance.randint(1, 12)))
    if not any(ballots):
        return None
    rankings = [{o: rank for rank, place in enumerate(places_in(b), 1) for o in place} for b in ballots]
    candidates = list(range(1, options + 1))
    profile = ProfileWithTies([Ranking(r) for r in rankings], [*ballots.values()], candidates=candidates)
    profile.use_extended_strict_preference()
    found = {
        "schulze": beat_path(profile, algorithm="floyd_warshall"),
        "irv": instant_runoff(profile),
        "put": instant_runoff_put(profile),
        "borda": borda_for_profile_with_ties(profile),
    }
    clear = Counter(profile.margin(a, b) for a in candidates for b in candidates if a != b)
    orders = prod(factorial(number) for margin, number in clear.items() if margin >= 0)
    if orders <= MOST_ORDERS or profile.condorcet_winner() is not None:
        found["ranked_pairs"] = ranked_pairs(profile)
    return options, found, ballots


def graded_election(chance):
    from pref_voting.grade_methods import score_voting, star
    from pref_voting.grade_profiles import GradeProfile

    options = chance.randint(2, 5)
    rows = [[chance.randint(0, 5) for _ in range(options)] for _ in range(chance.randint(1, 9))]
    if {grade for row in rows for grade in row} != set(range(6)):  # pref-voting wants each grade used
        return None
    profile = GradeProfile([dict(enumerate(row, 1)) for row in rows], [0, 1, 2, 3, 4, 5])
    ballots = Counter(",".join(f"{o}:{grade}" for o, grade in enumerate(row, 1)) for row in rows)
    return options, {"score": score_voting(profile), "star": star(profile)}, ballots


def main():
    chance = random.Random(SEED)
    for make, number in ((ranked_election, RANKED), (graded_election, GRADED)):
        made = 0
        while made < number:
            if election := make(chance):
                options, found, ballots = election
                winners = " ".join(f"{name}={','.join(str(int(o)) for o in w)}" for name, w in found.items())
                print(f"{options} {winners}|{'; '.join(f'{n} {b}' for b, n in ballots.items())}")
                made += 1


if __name__ == "__main__":
    main()
