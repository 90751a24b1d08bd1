"""Who may do what: the whole answer, on one page.

An action is allowed when every condition in at least one of its rows holds.
"""

from functools import wraps

from flask import abort
from flask_login import current_user

from app.collectives.models import is_member as is_member_of
from app.db import db
from app.moderation.models import author_of
from app.reports.models import was_handed_in, was_talked_through
from app.responses.disputes import first_say_is_over, had_a_part
from app.responses.sightings import Sighting

# Conditions about the person


def anyone(person, subject):
    return True


def is_resident(person, subject):
    return person.is_authenticated and person.is_resident


def is_host(person, subject):
    return acts_as(person, "host")


def is_moderator(person, subject):
    return acts_as(person, "moderator")


def is_council(person, subject):
    return acts_as(person, "council")


def is_operator(person, subject):
    return acts_as(person, "operator")


def stays(person, subject):
    """Whether somebody is more than a guest in a room."""
    return person.is_authenticated and not person.is_guest


def is_not_banned(person, subject):
    return person.is_authenticated and not person.is_banned


def acts_as(person, role, collective_id=None):
    """Whether somebody holds a role now, and showed lately that it is them."""
    return person.is_authenticated and person.is_confirmed and person.has_role(role, collective_id)


def has_consented(person, subject):
    return person.is_authenticated and person.has_consented


# Conditions about the person and the subject


def is_author(person, subject):
    """Whether somebody wrote it, alone or with others."""
    return person.is_authenticated and subject.is_by(person)


def is_no_author(person, subject):
    return not is_author(person, subject)


def proposed_it(person, subject):
    """Whether somebody is the first author of the proposal that something belongs to."""
    return person.is_authenticated and subject.proposal.author_id == person.id


def is_asked_to_write(person, subject):
    """Whether somebody was asked to write along, and did not answer yet."""
    along = subject.co_author(person) if person.is_authenticated else None
    return along is not None and along.joined_on is None


def writes_along(person, subject):
    along = subject.co_author(person) if person.is_authenticated else None
    return along is not None and along.joined_on is not None


def is_member(person, subject):
    return person.is_authenticated and is_member_of(person, collective_of(subject))


def is_no_member(person, subject):
    return person.is_authenticated and not is_member_of(person, subject)


def hosts_collective(person, subject):
    collective = collective_of(subject)
    return collective is not None and acts_as(person, "host", collective.id)


def is_in_room(person, subject):
    """Whether somebody came in with the code of the room that this dialogue has now, as a guest."""
    return person.is_authenticated and person.is_guest and person.guest.may_join(subject)


def in_electorate(person, subject):
    return subject.includes(person)


def is_teller(person, subject):
    return subject.teller_of(person) is not None


def wrote_it(person, subject):
    """Also of a statement, which knows its author by a number of its dialogue only."""
    return person.is_authenticated and author_of(subject) == person.id


def took_part(person, subject):
    """In the dialogue that a harvest is of."""
    return subject.dialogue.participant_of(person) is not None


def did_not_write_it(person, subject):
    return person.is_authenticated and person.id not in subject.writers


def has_not_checked(person, subject):
    return person.is_authenticated and subject.check_by(person) is None


def is_affected(person, subject):
    """Whether a judgement is about this person's words, or a ban about this person."""
    return person.is_authenticated and affected_by(subject) == person.id


def is_unaffected(person, subject):
    return affected_by(subject) != person.id


def is_another_judge(person, subject):
    """Whether this person had no part in what an appeal is against, and did not make it."""
    return person.id not in subject.barred


def is_another_than_proposer(person, subject):
    return subject.proposer_id != person.id


def affected_by(subject):
    return subject.person_id if type(subject).__name__ == "Ban" else subject.author_id


def collective_of(subject):
    return subject if type(subject).__name__ == "Collective" else subject.collective


def wrote_where_it_goes(person, subject):
    """Whether somebody wrote the proposal in which this one would go on."""
    return subject.goes_into is not None and is_author(person, subject.goes_into)


def waits_to_merge(person, subject):
    return subject.waits_to_merge


def of_its_proposal(condition):
    """A condition about the proposal that something belongs to."""

    @wraps(condition)
    def holds(person, subject):
        return condition(person, subject.proposal)

    return holds


# Conditions about the subject


def is_public(person, subject):
    return subject.is_public


def is_open(person, subject):
    return subject.is_open


def is_not_the_only_one(person, subject):
    return not subject.is_only_one


def is_draft(person, subject):
    return not subject.is_public


def can_be_submitted(person, subject):
    return subject.is_draft and not subject.is_held


def is_removed(person, subject):
    return subject.is_removed


def is_waiting(person, subject):
    return subject.is_waiting


def is_reportable(person, subject):
    return subject.is_reportable


def is_live(person, subject):
    return subject.is_live


def is_proposed(person, subject):
    return subject.is_proposed


def holds_unappealed(person, subject):
    return subject.holds and subject.appeal is None


def can_be_undone(person, subject):
    return subject.can_be_undone


def can_lead_to_a_ban(person, subject):
    return subject.can_lead_to_a_ban


def is_in_preparation(person, subject):
    return subject.is_in_preparation


def is_submitted(person, subject):
    return subject.is_public and not subject.is_withdrawn and not subject.is_merged


def is_unopened(person, subject):
    return subject.is_unopened


def is_running(person, subject):
    return subject.is_announced or subject.is_open


def is_closed(person, subject):
    return subject.is_closed


def is_counted(person, subject):
    return subject.is_counted


def is_handed_in(person, subject):
    return was_handed_in(subject)


def is_not_handed_in(person, subject):
    return not was_handed_in(subject)


def has_been_discussed(person, subject):
    return was_talked_through(subject)


def takes_tellers(person, subject):
    return subject.takes_tellers


def is_unsealed(person, subject):
    return subject.is_unsealed


def is_sealed(person, subject):
    return subject.is_sealed


def can_be_opened(person, subject):
    return subject.can_be_opened


def awaits_count(person, subject):
    return subject.awaits_count


def takes_papers(person, subject):
    return subject.takes_papers


def takes_proxies(person, subject):
    return subject.takes_proxies


def can_be_voided(person, subject):
    return subject.can_be_voided


def can_be_repeated(person, subject):
    return subject.can_be_repeated


def is_harvestable(person, subject):
    return subject.is_harvestable


def can_be_published(person, subject):
    return subject.can_be_published


def takes_checks(person, subject):
    return subject.takes_checks


def takes_comments(person, subject):
    return subject.takes_comments


def is_final(person, subject):
    return subject.is_final


def is_not_final(person, subject):
    return not subject.is_final


def is_valid(person, subject):
    return subject.is_valid


def can_be_restored(person, subject):
    return subject.can_be_restored


def is_in_force(person, subject):
    return subject.is_in_force


def is_done(person, subject):
    return subject.is_done


def is_undone(person, subject):
    return not subject.is_done


def awaits_answer(person, subject):
    return not subject.is_answered


def takes_one(person, subject):
    return not subject.needs_two


def can_be_disputed(person, subject):
    return subject.can_be_disputed


def authors_had_their_say(person, subject):
    """Whether the days are over in which only authors and hosts can dispute an answer."""
    return first_say_is_over(subject)


def took_part_in_it(person, subject):
    """In a dialogue or vote that a request comes from."""
    return had_a_part(person, subject)


def awaits_reply(person, subject):
    return subject.dispute is not None and subject.dispute.awaits_reply


def can_be_seen(person, subject):
    return subject.status != "dropped"


def kept_to_the_rules(person, subject):
    """Whether no moderator removed what this person said of a commitment."""
    sighting = Sighting.of(person, subject)
    return sighting is None or not sighting.is_removed


def is_offered(person, subject):
    """Whether a complete draft waits for a colleague to release it."""
    return subject.draft is not None and subject.draft.is_offered


def is_another_than_writer(person, subject):
    return subject.draft.writer_id != person.id


def is_answered(person, subject):
    return subject.is_answered


def has_picture(person, subject):
    return subject.has_picture


PERMISSIONS = {
    "account.keep": [[stays]],  # a name, an address, a passkey
    "collective.view": [[anyone]],
    "collective.found": [[is_host]],
    "collective.join": [[is_resident, is_not_banned, is_no_member]],
    "collective.leave": [[is_member]],
    "proposal.view": [
        [is_public],
        [is_removed],  # its tombstone
        [is_author],
        [is_asked_to_write],
        [hosts_collective],
        [is_host],
        [is_moderator, is_waiting],
    ],
    "proposal.draft": [[is_member, is_not_banned], [is_host, is_not_banned]],
    "proposal.revise": [
        [is_author, is_not_banned, is_in_preparation],
        [hosts_collective, is_not_banned, is_in_preparation],
        [is_host, is_not_banned, is_in_preparation],
    ],
    "proposal.submit": [
        [is_author, is_not_banned, can_be_submitted],
        [hosts_collective, is_not_banned, can_be_submitted],
        [is_host, is_not_banned, can_be_submitted],
    ],
    "proposal.publish": [[hosts_collective], [is_host]],  # without a moderator reading it first
    "proposal.moderate": [[is_moderator, is_waiting], [is_host, is_waiting]],
    "proposal.withdraw": [
        [is_author, is_submitted, is_in_preparation],
        [is_host, is_submitted, is_in_preparation],
    ],
    "proposal.merge": [
        [is_author, is_not_banned, is_submitted, is_in_preparation],
        [is_host, is_not_banned, is_submitted, is_in_preparation],
    ],
    "proposal.follow": [[stays, is_public]],
    "merger.decide": [[is_host]],  # without asking the other authors
    "merger.agree": [[wrote_where_it_goes, is_not_banned, waits_to_merge]],
    "merger.refuse": [[wrote_where_it_goes, waits_to_merge], [is_author, waits_to_merge]],
    "attachment.view": [
        [of_its_proposal(is_public)],
        [of_its_proposal(is_author)],
        [of_its_proposal(is_asked_to_write)],
        [of_its_proposal(hosts_collective)],
        [is_host],
        [is_moderator, of_its_proposal(is_waiting)],
    ],
    "attachment.remove": [[of_its_proposal(is_author)], [of_its_proposal(hosts_collective)], [is_host]],
    "sketch.draw": [[is_host]],
    "authorship.offer": [[is_author, is_not_banned, is_in_preparation]],
    "authorship.accept": [[is_asked_to_write, is_not_banned]],
    "authorship.end": [[is_asked_to_write], [writes_along]],
    "amendment.view": [[is_public], [is_removed], [of_its_proposal(is_removed)]],  # or a tombstone
    "amendment.make": [[is_resident, is_not_banned, is_no_author, is_submitted, is_in_preparation]],
    "amendment.decide": [
        [of_its_proposal(is_author), is_not_banned, is_open],
        [hosts_collective, is_not_banned, is_open],
        [is_host, is_not_banned, is_open],
    ],
    "dialogue.view": [[is_public], [hosts_collective], [is_host]],
    "dialogue.prepare": [[hosts_collective, is_submitted], [is_host, is_submitted]],
    "dialogue.rewrite": [[hosts_collective, is_draft], [is_host, is_draft]],
    "dialogue.announce": [[hosts_collective, is_draft], [is_host, is_draft]],
    "dialogue.open": [[hosts_collective, is_unopened], [is_host, is_unopened]],
    "dialogue.move": [[hosts_collective, is_open], [is_host, is_open]],
    "dialogue.plan": [[hosts_collective, is_open], [is_host, is_open]],
    "dialogue.change": [[hosts_collective, is_open], [is_host, is_open]],  # what its format leaves to hosts
    "dialogue.follow": [[hosts_collective, is_closed], [is_host, is_closed]],
    "dialogue.repeat": [[hosts_collective, can_be_repeated], [is_host, can_be_repeated]],
    "dialogue.explain": [  # what its format leaves to who proposed it
        [proposed_it, is_not_banned, is_open, has_consented],
        [hosts_collective, is_open],
        [is_host, is_open],
    ],
    "dialogue.close": [[hosts_collective, is_open], [is_host, is_open]],
    "dialogue.stop": [[hosts_collective, is_running], [is_host, is_running]],
    "sheet.view": [[hosts_collective], [is_host]],
    "sheet.make": [[hosts_collective, is_running], [is_host, is_running]],
    "sheet.call": [[hosts_collective, is_open], [is_host, is_open]],  # for who answers by phone
    "sheet.enter": [[hosts_collective, is_open, is_undone], [is_host, is_open, is_undone]],
    "sheet.withdraw": [[hosts_collective, is_open, is_done], [is_host, is_open, is_done]],
    "dialogue.react": [[is_resident, is_open, has_consented], [is_in_room, is_open, has_consented]],
    "consent.give": [[is_resident, is_open], [is_in_room, is_open]],
    "statement.add": [
        [is_resident, is_not_banned, is_open, has_consented],
        [is_in_room, is_not_banned, is_open, has_consented],
    ],
    "room.open": [[hosts_collective, is_open], [is_host, is_open]],
    "room.close": [[hosts_collective, is_open], [is_host, is_open]],
    "timer.start": [[hosts_collective, is_open], [is_host, is_open]],
    "statement.moderate": [[is_host], [is_moderator]],
    "removal.read": [[wrote_it], [is_moderator], [is_host]],  # the words behind a tombstone
    "report.make": [
        [is_resident, is_not_banned, is_reportable],
        [is_moderator, is_reportable],
        [is_host, is_reportable],
    ],
    "report.judge": [[is_moderator, is_live], [is_host, is_live]],
    "judgement.undo": [[is_moderator, is_unaffected, can_be_undone], [is_host, is_unaffected, can_be_undone]],
    "appeal.make": [[is_affected, is_not_banned, can_be_undone]],
    "appeal.decide": [[is_moderator, is_open, is_another_judge], [is_host, is_open, is_another_judge]],
    "ban.propose": [
        [is_moderator, is_unaffected, can_lead_to_a_ban],
        [is_host, is_unaffected, can_lead_to_a_ban],
    ],
    "ban.confirm": [
        [is_moderator, is_unaffected, is_another_than_proposer, is_proposed],
        [is_host, is_unaffected, is_another_than_proposer, is_proposed],
    ],
    "ban.lift": [[is_moderator, is_unaffected, is_live], [is_host, is_unaffected, is_live]],
    "ban.appeal": [[is_affected, holds_unappealed]],
    "agreement.view": [[anyone]],
    "agreement.review": [[hosts_collective, is_in_force], [is_host, is_in_force]],
    "harvest.view": [[is_public], [hosts_collective], [is_host], [took_part]],
    "harvest.write": [[hosts_collective, is_harvestable], [is_host, is_harvestable]],
    "harvest.check": [
        [is_resident, is_not_banned, takes_checks, did_not_write_it, has_not_checked, took_part]
    ],
    "harvest.publish": [[hosts_collective, can_be_published], [is_host, can_be_published]],
    "harvest.comment": [[is_resident, is_not_banned, takes_comments, did_not_write_it, took_part]],
    "harvest.ask": [[hosts_collective, is_final], [is_host, is_final]],
    "harvest.differ": [[is_resident, is_not_banned, is_not_final, did_not_write_it, took_part]],
    "summary.view": [[is_closed], [hosts_collective], [is_host]],  # of a dialogue, for the council
    "outcome.view": [[is_counted]],  # the same of a vote
    "participation.view": [
        [hosts_collective, is_public],
        [is_host, is_public],
        [is_public, has_been_discussed],
    ],
    "participation.fill": [[hosts_collective, is_public], [is_host, is_public]],
    "challenge.view": [
        [is_author, is_public],
        [hosts_collective, is_public],
        [is_host, is_public],
        [is_public, is_handed_in],
    ],
    "challenge.fill": [
        [is_author, is_not_banned, is_submitted, is_not_handed_in],
        [hosts_collective, is_submitted, is_not_handed_in],
        [is_host, is_submitted, is_not_handed_in],
    ],
    "challenge.send": [
        [hosts_collective, is_submitted, is_not_handed_in],
        [is_host, is_submitted, is_not_handed_in],
    ],
    "impact.view": [[anyone]],
    "impact.fill": [[hosts_collective], [is_host]],
    "vote.view": [[is_public], [hosts_collective], [is_host], [is_teller]],
    "vote.prepare": [[hosts_collective, is_submitted], [is_host, is_submitted]],
    "teller.name": [[hosts_collective, takes_tellers], [is_host, takes_tellers]],
    "key.draw": [[is_teller, is_unsealed]],  # one's own
    "vote.rehearse": [[is_teller, is_sealed]],
    "vote.open": [[hosts_collective, can_be_opened], [is_host, can_be_opened]],
    "vote.cast": [[in_electorate, is_open]],
    "paper.print": [[is_teller, is_open], [hosts_collective, is_open], [is_host, is_open]],
    "paper.mark": [[is_teller, is_open]],
    "paper.enter": [[is_teller, takes_papers]],
    "proxy.give": [[in_electorate, is_open, takes_proxies]],
    "proxy.view": [[is_teller, is_public, takes_proxies]],
    "proxy.enter": [[is_teller, is_open, takes_proxies]],
    "vote.count": [[is_teller, awaits_count]],
    "vote.void": [[hosts_collective, can_be_voided], [is_host, can_be_voided]],
    "desk.view": [[is_council]],
    "calendar.view": [[is_public]],  # of a proposal; that of the neighbourhood is for everybody
    "request.view": [[anyone]],
    "request.send": [[hosts_collective, is_submitted], [is_host, is_submitted]],
    "request.draft": [[is_council, awaits_answer]],
    "request.answer": [[is_council, awaits_answer, takes_one]],
    "request.offer": [[is_council, awaits_answer]],  # to a colleague, who can release it
    "request.dispute": [
        [of_its_proposal(is_author), is_not_banned, can_be_disputed],
        [hosts_collective, is_not_banned, can_be_disputed],
        [is_host, is_not_banned, can_be_disputed],
        [is_resident, is_not_banned, can_be_disputed, authors_had_their_say, took_part_in_it],
    ],
    "request.reply": [[is_council, awaits_reply]],
    "request.release": [[is_council, awaits_answer, is_offered, is_another_than_writer]],
    "request.commit": [[is_council, is_answered]],
    "commitment.view": [[anyone]],
    "commitment.change": [[is_council], [is_host]],
    "sighting.give": [[is_resident, is_not_banned, can_be_seen, kept_to_the_rules]],
    "proof.remove": [[is_council, has_picture], [is_host, has_picture]],
    "console.view": [[is_host], [is_moderator], [is_operator]],
    "record.view": [[is_host], [is_operator]],
    "batch.make": [[is_host]],
    "batch.view": [[is_host]],
    "batch.revoke": [[is_host]],
    "batch.restore": [[is_host, can_be_restored]],
    "code.revoke": [[is_host, is_valid]],
    "code.restore": [[is_host, is_valid]],
    "code.replace": [[is_host, is_valid]],
    "role.view": [[is_host], [is_operator]],
    "role.give": [[is_host], [is_operator]],
    "role.change": [[is_host], [is_operator]],
    "role.end": [[is_host, is_not_the_only_one], [is_operator, is_not_the_only_one]],
    "neighbourhood.change": [[is_host]],
    "mail.view": [[is_host], [is_operator]],
    "mail.retry": [[is_host], [is_operator]],
    "mail.try": [[is_host], [is_operator]],
    "text.change": [[is_host]],
}


class ConfirmFirst(Exception):
    """Somebody may do this once they have shown that it is them."""


class ConsentFirst(Exception):
    """Somebody may do this once they have said yes to keeping their answers; it says in which dialogue."""


def may(action, subject=None, person=None):
    person = person or current_user
    return any(all(holds(person, subject) for holds in row) for row in PERMISSIONS[action])


def permit(action, model=None):
    """Guard a view; with a model, hand it the object instead of the id."""

    def decorate(view):
        @wraps(view)
        def guarded(**kwargs):
            subject = None
            if model:
                key = model.__name__.lower()
                subject = kwargs[key] = db.get_or_404(model, kwargs.pop(f"{key}_id"))
            if may(action, subject):
                return view(**kwargs)
            if may_once_confirmed(action, subject):
                raise ConfirmFirst
            if may_once_consented(action, subject):
                raise ConsentFirst(subject)
            return abort(refusal(action))

        guarded.permission, guarded.model = action, model
        return guarded

    return decorate


def offers(action, subject=None):
    """Whether a page shows the way to an act: also to somebody who has to confirm first."""
    return may(action, subject) or may_once_confirmed(action, subject)


def may_once_confirmed(action, subject):
    """Whether all that is missing is that somebody with a role shows that it is them."""
    if not current_user.is_authenticated or current_user.is_confirmed or not current_user.current_roles:
        return False
    return may(action, subject, AsIf(current_user, is_confirmed=True))


def may_once_consented(action, subject=None):
    """Whether all that is missing is a yes to keeping answers."""
    return current_user.is_authenticated and may(action, subject, AsIf(current_user, has_consented=True))


class AsIf:
    """Somebody as they would be after one more step."""

    def __init__(self, person, **facts):
        self.person = person
        vars(self).update(facts)

    def __getattr__(self, name):
        return getattr(self.person, name)


def refusal(action):
    """404 hides what is not public; 401 asks a visitor to come in; 403 says no."""
    if action.endswith(".view") and action not in ("console.view", "desk.view", "record.view"):
        return 404
    return 403 if current_user.is_authenticated else 401


def public(view):
    """Say out loud that this view needs no permission."""
    view.permission = "public"
    return view


def signed_in(view):
    """Guard a view about oneself: everybody who is signed in may use it."""

    @wraps(view)
    def guarded(**kwargs):
        if not current_user.is_authenticated:
            abort(401)
        return view(**kwargs)

    guarded.permission = "signed in"
    return guarded
