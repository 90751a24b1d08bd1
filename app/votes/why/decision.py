"""The first sentence of an outcome: what was decided; and whether enough people voted for that."""

from app.votes.rule import BUDGETS
from app.votes.why.told import _, figure, ngettext

MOST_NAMED = 4  # in one sentence; more stand in a list below it


def decided(told):
    """What was decided, in one sentence."""
    if told.chosen_elsewhere:
        number = len(told.chosen_elsewhere)
        return ngettext(
            "%(num)s plan was chosen in the original vote.",
            "%(num)s plans were chosen in the original vote.",
            number,
        )
    return {
        "adopted": adopted,
        "rejected": rejected,
        "no_quorum": too_few,
        "no_votes": nothing,
        "tie": tie,
        "winner": chosen,
        "winners": bought if told.method in BUDGETS else chosen,
    }[told.reason](told)


def adopted(_told):
    return _("Adopted.")


def rejected(_told):
    return _("Not adopted.")


def too_few(_told):
    return _("Too few people voted, so this vote does not count.")


def nothing(told):
    if told.method == "yes_no":
        return _("Nobody took a side, so nothing is decided.")
    return _("Nobody chose anything, so nothing is decided.")


def chosen(told):
    if len(told.winners) > MOST_NAMED:
        return ngettext("%(num)s option is chosen.", "%(num)s options are chosen.", len(told.winners))
    return _("Chosen: %(options)s.", options=told.names(told.winners))


def tie(told):
    above = [option for option in told.winners if option not in told.tied]
    if len(told.winners) > MOST_NAMED:
        number = len(told.tied)
        return ngettext("A tie: %(num)s option is equal.", "A tie: %(num)s options are equal.", number)
    if not above:
        return _("A tie between %(options)s.", options=told.names(told.tied))
    return _(
        "Chosen: %(options)s. A tie for what is left: %(equals)s.",
        options=told.names(above),
        equals=told.names(told.tied),
    )


def bought(told):
    if not told.winners:
        return _("No project fits in the budget.")
    if len(told.winners) > MOST_NAMED:
        return ngettext(
            "%(num)s project gets its money.", "%(num)s projects get their money.", len(told.winners)
        )
    return _("These get their money: %(options)s.", options=told.names(told.winners))


def beside(told):
    """The options that are decided on, where one sentence cannot name them all."""
    return told.winners if len(told.winners) > MOST_NAMED else []


def turnout(told):
    """How many voted, and how many had to."""
    if told.is_imported:
        return [ngettext("%(num)s person voted.", "%(num)s people voted.", told.ballots)]
    people = {"ballots": figure(told.ballots), "electorate": figure(told.tally["electorate"])}
    sentences = [_("%(ballots)s of %(electorate)s people voted.", **people)]
    if told.rule.quorum:
        needed = -(-told.rule.quorum * told.tally["electorate"] // 100)
        facts = {"quorum": told.rule.quorum, "needed": figure(needed)}
        sentences.append(_("At least %(quorum)s%% had to vote, that is %(needed)s.", **facts))
    if told.reason == "no_quorum":
        sentences.append(_("The figures below decide nothing."))
    return sentences


def open_tie():
    """What follows when a tie is the outcome."""
    return _("The program draws no lots. Decide between these together, for example at a meeting.")
