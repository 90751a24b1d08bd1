"""What a host wants to decide, which method suits that best, and what each method does."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Situation:
    """Something to decide, with the method that we advise and the others that fit."""

    name: str
    title: LazyString
    advice: str
    others: tuple[str, ...] = ()

    @property
    def methods(self):
        return (self.advice, *self.others)


SITUATIONS = (
    Situation("plan", _l("One plan: do we do it or not?"), "yes_no"),
    Situation(
        "options",
        _l("One out of several options"),
        "approval",
        ("majority_judgment", "star", "score", "irv", "schulze", "ranked_pairs", "borda"),
    ),
    Situation("bearable", _l("What most people can live with"), "resistance"),
    Situation(
        "seats", _l("Several seats: who sits in a group, or which few plans go on"), "stv", ("approval",)
    ),
    Situation("money", _l("How to divide money over projects"), "mes_cost", ("mes_cardinality", "greedy")),
    Situation("weight", _l("What matters most in a long list"), "dots", ("quadratic",)),
)
MEANINGS = {
    "yes_no": _l(
        "People say yes or no, or abstain. You set beforehand what turnout is needed, and how many must say "
        "yes."
    ),
    "approval": _l(
        "People tick each option that they support, and most ticks win. Options that are alike do not harm "
        "each other. With several seats, one large group can take them all."
    ),
    "score": _l(
        "People give each option a figure, and the highest total wins. Whoever only gives the lowest and "
        "the highest figure weighs most."
    ),
    "star": _l(
        "People give figures. The two best then meet: a ballot goes to the one that it gave more. So middle "
        "figures are safe to give."
    ),
    "majority_judgment": _l(
        "People judge each option in words, from reject to excellent. What at least half of them think "
        "decides. So a few very high or very low grades change little."
    ),
    "irv": _l(
        "People rank. The option with fewest first places goes out, and its ballots go on to their next "
        "choice. A good compromise that few put first can go out early."
    ),
    "schulze": _l(
        "People rank, and every two options meet in a duel. An option that beats all others wins. To count "
        "it takes a computer."
    ),
    "ranked_pairs": _l(
        "People rank, and every two options meet in a duel. The clearest duels count first, as long as they "
        "do not contradict each other."
    ),
    "borda": _l(
        "People rank, and each place gives points. Easy to count. But an extra option that resembles "
        "another one can change who wins."
    ),
    "stv": _l(
        "People rank. Each group of voters gets seats by its size, so a minority gets its part too. What a "
        "winner has too much goes on to the next choice."
    ),
    "dots": _l(
        "People divide a few dots over the options. Quick, and good to make a short list. Options that are "
        "alike take each other's dots."
    ),
    "quadratic": _l(
        "People spend points, and each next vote for one option costs more than the last. It shows how much "
        "something matters to people. It takes some explaining."
    ),
    "resistance": _l(
        "People say how much resistance they feel to each option, and the least wins. Put “nothing changes” "
        "among the options: what meets more resistance than that is no good idea."
    ),
    "greedy": _l(
        "People choose projects that fit in the budget together. The projects with most votes are paid, as "
        "long as there is money. One large group can decide on all of it."
    ),
    "mes_cost": _l(
        "People choose each project that is worth its money. Each voter has an equal part of the budget, "
        "and supporters pay for a project together. So smaller groups get something too."
    ),
    "mes_cardinality": _l(
        "As equal shares, but a large project gives its supporters as much as a small one. So more of the "
        "smaller projects win."
    ),
}
