"""Writes come from our own pages only, and from those who may: every route, every kind of person."""

import re

import pytest

from app import create_app
from app.clock import today
from app.db import db
from app.permissions import PERMISSIONS


@pytest.fixture
def strict(shared_app, world):
    """The same files, with CSRF protection on as it is in real life."""
    app = create_app({"INSTANCE": shared_app.config["INSTANCE"], "TESTING": True})
    app.test_client_class = shared_app.test_client_class
    yield app
    with app.app_context():
        db.engine.dispose()


def writes(app, with_token=True):
    """The address of each write; those that a mail program does have no token, and need no visit either."""
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods]
    one_click = [rule for rule in rules if getattr(app.view_functions[rule.endpoint], "takes_one_click", 0)]
    assert [rule.endpoint for rule in one_click] == ["news.stop"]
    rules = [rule for rule in rules if not (with_token and rule in one_click)]
    assert len(rules) >= 25
    numbers = {"code": "x", "token": "x", "language": "nl", "name": "x", "kind": "poster"}
    numbers |= {"format_name": "statement_round", "turn": "rating"}
    with app.test_request_context():
        return [rule.build({a: numbers.get(a, 1) for a in rule.arguments})[1] for rule in rules]


@pytest.mark.parametrize("htmx", [False, True])
def test_no_write_without_the_page_s_own_token(strict, htmx):
    client = strict.test_client()
    headers = {"HX-Request": "true"} if htmx else {}
    for address in writes(strict):
        for data in ({}, {"csrf_token": "wrong"}):
            response = client.post(address, data=data, headers=headers)
            assert response.status_code == 400 and "traceback" not in response.text.lower(), address


def test_another_visit_s_token_is_refused(strict):
    one, other = strict.test_client(), strict.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', one.get("/code").text).group(1)
    other.get("/code")
    assert other.post("/code", data={"code": "x", "csrf_token": token}).status_code == 400
    assert one.post("/code", data={"code": "x", "csrf_token": token}).status_code == 422  # its own is taken


def test_no_write_from_another_site(strict):
    client = strict.test_client()
    for address in writes(strict, with_token=False):
        for site in ("cross-site", "same-site"):
            assert client.post(address, headers={"Sec-Fetch-Site": site}).status_code == 403, address


def test_every_action_in_the_table_is_one_somebody_can_do():
    for action, rows in PERMISSIONS.items():
        assert re.fullmatch(r"[a-z]+\.[a-z]+", action)
        assert rows and all(rows)


# Who gets past the door of each write. The one asked about is Amina's, or of Fleur's collective, and
# stands where it can be written to; what comes after the door (a form that is not filled in) is 422.
DOORS = {
    # endpoint: (address, who gets in)
    "collectives.found": ("/collectives", "fleur"),
    "collectives.join": ("/collectives/{warmth}/membership", "amina fleur samira"),
    "collectives.leave": ("/collectives/{greens}/departure", "amina fleur"),
    "proposals.draft": ("/proposals/new/{greens}", "amina fleur"),
    "proposals.revise": ("/proposals/{parking}/revisions", "amina fleur"),
    "proposals.submit": ("/proposals/{garden}/submission", "fleur"),
    "proposals.withdraw": ("/proposals/{parking}/withdrawal", "amina fleur"),
    "proposals.offer_authorship": ("/proposals/{parking}/authors", "amina"),
    "proposals.accept_authorship": ("/proposals/{parking}/authorship", "samira"),
    "proposals.end_authorship": ("/proposals/{parking}/authorship/ending", "samira"),
    "proposals.choose_merger": ("/proposals/{parking}/merger", "amina fleur"),
    "proposals.agree_to_merger": ("/proposals/{evenings}/merger/agreement", "amina"),
    "proposals.refuse_merger": ("/proposals/{evenings}/merger/refusal", "amina"),
    "proposals.add_attachment": ("/proposals/{parking}/attachments", "amina fleur"),
    "proposals.remove_attachment": ("/proposals/attachments/{attachment}/removal", "amina fleur"),
    "proposals.draw_sketch": ("/proposals/sketch", "fleur"),
    "proposals.mark_place": ("/proposals/{parking}/place", "amina fleur"),
    "proposals.remove_place": ("/proposals/{parking}/place/removal", "amina fleur"),
    "proposals.amend": ("/proposals/{parking}/amendments", "fleur samira"),
    "proposals.accept_amendment": ("/proposals/amendments/{amendment}/acceptance", "amina fleur"),
    "proposals.decline_amendment": ("/proposals/amendments/{amendment}/refusal", "amina fleur"),
    "dialogues.prepare": ("/dialogues/new/{evenings}/statement_round", "fleur samira"),
    "dialogues.react": ("/dialogues/{parking_dialogue}/reactions", "amina fleur samira"),
    "dialogues.consent": ("/dialogues/{parking_dialogue}/consent", "amina fleur samira"),
    "dialogues.add_statement": ("/dialogues/{parking_dialogue}/statements", "amina fleur samira"),
    "dialogues.rewrite": ("/dialogues/{shed_dialogue}/card", "fleur"),
    "dialogues.announce": ("/dialogues/{shed_dialogue}/announcement", "fleur"),
    "dialogues.plan": ("/dialogues/{evenings_dialogue}/phases", "fleur samira"),
    "dialogues.move": ("/dialogues/{evenings_dialogue}/phase", "fleur samira"),
    "dialogues.stop": ("/dialogues/{evenings_dialogue}/stop", "fleur samira"),
    "dialogues.change": ("/dialogues/{options_dialogue}/changes/revision", "fleur samira"),
    "dialogues.follow_up": ("/dialogues/{meeting_dialogue}/follow-up/doing", "fleur samira"),
    "dialogues.repeat": ("/dialogues/{asked_before}/repetition", "fleur"),
    "dialogues.explain": ("/dialogues/{bench_dialogue}/explanations/resolution", "fleur"),
    "dialogues.open_": ("/dialogues/{shed_dialogue}/opening", "fleur"),
    "dialogues.close": ("/dialogues/{evenings_dialogue}/closure", "fleur samira"),
    "agreements.keep": ("/agreements/{agreement}/review", "fleur"),
    "agreements.change": ("/agreements/{agreement}/versions", "fleur"),
    "agreements.end": ("/agreements/{agreement}/ending", "fleur"),
    "dialogues.make_paper": ("/dialogues/{parking_dialogue}/sheets", "fleur"),
    "dialogues.call": ("/dialogues/{parking_dialogue}/calls", "fleur"),
    "dialogues.enter_sheet": ("/dialogues/sheets/{blank_sheet}/entries", "fleur"),
    "dialogues.compare_sheet": ("/dialogues/sheets/{differing_sheet}/comparison", "fleur"),
    "dialogues.confirm_sheet": ("/dialogues/sheets/{called_sheet}/confirmation", "fleur"),
    "dialogues.void_sheet": ("/dialogues/sheets/{blank_sheet}/refusal", "fleur"),
    "dialogues.withdraw_sheet": ("/dialogues/sheets/{void_sheet}/withdrawal", "fleur"),
    "rooms.open_": ("/dialogues/{evenings_dialogue}/room", "fleur samira"),
    "rooms.close": ("/dialogues/{evenings_dialogue}/room/closure", "fleur samira"),
    "rooms.start_timer": ("/dialogues/{evenings_dialogue}/timer", "fleur samira"),
    "rooms.begin_part": ("/dialogues/{parking_dialogue}/parts/reacting", "fleur"),
    "rooms.read_code": ("/room", "visitor amina fleur samira daan eva"),
    "rooms.come_in": ("/room/x", "visitor amina fleur samira daan eva"),
    "dialogues.write_harvest": ("/dialogues/{checked}/harvest", "fleur samira"),
    "dialogues.check_harvest": ("/dialogues/{unchecked}/harvest/checks", "amina samira"),
    "dialogues.publish_harvest": ("/dialogues/{checked}/harvest/publication", "fleur samira"),
    "dialogues.comment_on_harvest": ("/dialogues/{commented}/harvest/comments", "amina samira"),
    "reports.fill_challenge": ("/proposals/{solar}/right-to-challenge", "fleur"),
    "reports.hand_in_challenge": ("/proposals/{solar}/right-to-challenge/submission", "fleur"),
    "reports.fill_impact": (f"/collectives/{{greens}}/impact/{today().year}", "fleur"),
    "reports.fill_participation": ("/proposals/{solar}/participation", "fleur"),
    "responses.send_asks": ("/dialogues/{solar_dialogue}/harvest/requests", "fleur"),
    "dialogues.add_minority_report": ("/dialogues/{commented}/harvest/minority-reports", "amina samira"),
    "votes.prepare": ("/votes/new/{evenings}", "fleur samira"),
    "votes.open_": ("/votes/{evenings_vote}/opening", "fleur samira"),
    "votes.cast": ("/votes/{roof_vote}/ballot", "amina fleur samira"),
    "votes.draft": ("/votes/{roof_vote}/ballot/draft", "amina fleur samira"),
    "votes.void": ("/votes/{roof_vote}/voiding", "fleur"),
    "votes.name": ("/votes/{evenings_vote}/tellers", "fleur samira"),
    "votes.draw_key": ("/votes/{unsealed_vote}/key", "amina samira"),
    "votes.prove_key": ("/votes/{unsealed_vote}/key/proof", "amina samira"),
    "votes.try_box": ("/votes/{evenings_vote}/rehearsal", "fleur samira"),
    "votes.count": ("/votes/{crossing_vote}/count", "fleur samira"),
    "votes.look_up": ("/votes/{roof_vote}/table/search", "fleur samira"),
    "votes.mark": ("/votes/{roof_vote}/table/marks", "fleur samira"),
    "votes.regret": ("/votes/{roof_vote}/table/mistakes", "fleur samira"),
    "votes.undo_mark": ("/votes/{roof_vote}/table/corrections", "fleur samira"),
    "votes.keep_mark": ("/votes/{roof_vote}/table/mistakes/refusal", "fleur samira"),
    "votes.give_proxy": ("/votes/{proxy_vote}/proxy", "amina fleur samira"),
    "votes.withdraw_proxy": ("/votes/{proxy_vote}/proxy/withdrawal", "amina fleur samira"),
    "votes.draft_for": ("/votes/{proxy_vote}/proxies/1/draft", "amina fleur samira"),
    "votes.cast_for": ("/votes/{proxy_vote}/proxies/1/ballot", "amina fleur samira"),
    "votes.refuse_proxy": ("/votes/{proxy_vote}/proxies/1/refusal", "amina fleur samira"),
    "votes.enter_proxy": ("/votes/{proxy_vote}/proxies", "fleur samira"),
    "votes.withdraw_for": ("/votes/{proxy_vote}/proxies/withdrawal", "fleur samira"),
    "votes.begin_batch": ("/votes/{crossing_vote}/batches", "fleur samira"),
    "votes.write_paper": ("/votes/{crossing_vote}/batches/1/papers/1", "fleur samira"),
    "votes.draft_paper": ("/votes/{crossing_vote}/batches/1/papers/1/draft", "fleur samira"),
    "votes.take_off_paper": ("/votes/{crossing_vote}/batches/1/papers/1/removal", "fleur samira"),
    "votes.complete_batch": ("/votes/{crossing_vote}/batches/1/completion", "fleur samira"),
    "votes.reopen_batch": ("/votes/{crossing_vote}/batches/1/reopening", "fleur samira"),
    "votes.drop_batch": ("/votes/{crossing_vote}/batches/1/removal", "fleur samira"),
    "votes.find_seal": ("/votes/{crossing_vote}/seal", "visitor amina fleur samira daan eva"),
    "votes.find_receipt": ("/votes/{trees}/receipt", "visitor amina fleur samira daan eva"),
    "responses.send": ("/requests/new/{lamps}", "fleur samira"),
    "responses.answer": ("/requests/{lamps_request}/response", "daan"),
    "responses.save_draft": ("/requests/{lamps_request}/draft", "daan"),
    "responses.offer": ("/requests/{lamps_request}/offer", "daan"),
    "responses.release": ("/requests/{crossing_request}/release", "daan"),
    "responses.dispute": ("/requests/{square_request}/dispute", "amina samira fleur"),
    "responses.reply": ("/requests/{disputed}/dispute/reply", "daan"),
    "responses.give_sighting": ("/commitments/{benches}/sightings", "amina samira fleur"),
    "responses.commit_to": ("/requests/{square_request}/commitments", "daan"),
    "responses.change_commitment": ("/commitments/{benches}/progress", "daan fleur"),
    "responses.remove_proof": ("/progress/{step}/picture/removal", "daan fleur"),
    "news.follow": ("/proposals/{parking}/following", "amina fleur samira daan eva"),
    "news.choose_pace": ("/me/news/mail", "amina fleur samira daan eva"),
    "news.stop": ("/news/stop/x", "visitor amina fleur samira daan eva"),
    "news.unfollow": ("/proposals/{parking}/following/ending", "amina fleur samira daan eva"),
    "moderation.publish": ("/moderation/statements/{pending}/publication", "fleur"),
    "moderation.reject": ("/moderation/statements/{pending}/rejection", "fleur"),
    "moderation.publish_proposal": ("/moderation/proposals/{shed}/publication", "fleur"),
    "moderation.reject_proposal": ("/moderation/proposals/{shed}/rejection", "fleur"),
    "moderation.make_statement_report": ("/moderation/statements/{seed}/report", "amina samira fleur"),
    "moderation.make_proposal_report": ("/moderation/proposals/{parking}/report", "amina samira fleur"),
    "moderation.make_amendment_report": ("/moderation/amendments/{amendment}/report", "amina samira fleur"),
    "moderation.make_collective_report": ("/moderation/collectives/{greens}/report", "amina samira fleur"),
    "moderation.make_dispute_report": ("/moderation/disputes/{dispute}/report", "amina samira fleur"),
    "moderation.make_sighting_report": ("/moderation/sightings/{sighting}/report", "amina samira fleur"),
    "moderation.remove": ("/moderation/reports/{report}/removal", "fleur"),
    "moderation.leave": ("/moderation/reports/{report}/dismissal", "fleur"),
    "moderation.undo": ("/moderation/judgements/{judgement}/reversal", "fleur"),
    "moderation.make_appeal": ("/moderation/judgements/{judgement}/appeal", "amina"),
    "moderation.make_ban_appeal": ("/moderation/bans/{ban}/appeal", "samira"),
    "moderation.decide_appeal": ("/moderation/appeals/{appeal}/decision", "fleur"),
    "moderation.propose_ban": ("/moderation/judgements/{judgement}/ban", "fleur"),
    "moderation.confirm_ban": ("/moderation/bans/{proposed_ban}/confirmation", "fleur"),
    "moderation.lift_ban": ("/moderation/bans/{ban}/lifting", "fleur"),
    "admin.make_codes": ("/admin/codes", "fleur"),
    "admin.make_replacement": ("/admin/codes/replacement", "fleur"),
    "admin.revoke_codes": ("/admin/codes/{party}/revocation", "fleur"),
    "admin.restore_codes": ("/admin/codes/{withdrawn}/restoration", "fleur"),
    "admin.revoke_letter": ("/admin/codes/{party}/letters/revocation", "fleur"),
    "admin.restore_letter": ("/admin/codes/{party}/letters/{lost}/restoration", "fleur"),
    "admin.replace_letter": ("/admin/codes/{party}/letters/{lost}/replacement", "fleur"),
    "admin.change_texts": ("/admin/texts", "fleur"),
    "admin.give_role": ("/admin/roles", "fleur"),
    "admin.change_role": ("/admin/roles/3", "fleur"),
    "admin.end_role": ("/admin/roles/8/ending", "fleur"),
    "admin.make_link": ("/admin/roles/3/link", "fleur"),
    "admin.copy_acts": ("/admin/record/copies", "fleur"),
    "admin.change_neighbourhood": ("/admin/neighbourhood", "fleur"),
    "admin.try_mail": ("/admin/mail", "fleur"),
    "admin.retry_mail": ("/admin/mail/1/attempts", "fleur"),
    "accounts.ask_sign_in_mail": ("/sign-in", "visitor amina fleur samira daan eva"),
    "accounts.spend_mail_code": ("/e-mail", "visitor amina fleur samira daan eva"),
    "accounts.spend_mail_link": ("/e-mail/x", "visitor amina fleur samira daan eva"),
    "accounts.ask_address_mail": ("/me/e-mail", "amina fleur samira daan eva"),
    "accounts.remove_email": ("/me/e-mail/removal", "amina fleur samira daan eva"),
    "accounts.spend_code": ("/code", "visitor amina fleur samira daan eva"),
    "accounts.spend_link": ("/sign-in/x", "visitor amina fleur samira daan eva"),
    "accounts.change_me": ("/me", "amina fleur samira daan eva"),
    "accounts.confirm": ("/me/confirmation", "amina fleur samira daan eva"),
    "accounts.make_spare_codes": ("/me/spare-codes", "amina fleur samira daan eva"),
    "accounts.confirm_with_passkey": ("/me/confirmation/passkey", "amina fleur samira daan eva"),
    "accounts.ask_for_passkey": ("/sign-in/passkey/question", "visitor amina fleur samira daan eva"),
    "accounts.sign_in_with_passkey": ("/sign-in/passkey", "visitor amina fleur samira daan eva"),
    "accounts.ask_to_make_passkey": ("/me/passkeys/question", "amina fleur samira daan eva"),
    "accounts.add_passkey": ("/me/passkeys", "amina fleur samira daan eva"),
    "accounts.remove_passkey": ("/me/passkeys/x/removal", "amina fleur samira daan eva"),
    "accounts.sign_out_there": ("/me/sessions/x/sign-out", "amina fleur samira daan eva"),
    "accounts.sign_out_everywhere": ("/me/sessions/sign-out", "amina fleur samira daan eva"),
    "privacy.withdraw_consent": ("/me/consent/withdrawal", "amina fleur samira daan eva"),
    "privacy.erase_me": ("/me/erasure", "amina fleur samira daan eva"),
    "accounts.sign_out": ("/sign-out", "amina fleur samira daan eva"),
}


PEOPLE = ("visitor", "amina", "samira", "fleur", "daan", "eva")


def test_every_write_has_a_row(shared_app):
    endpoints = {rule.endpoint for rule in shared_app.url_map.iter_rules() if "POST" in rule.methods}
    assert endpoints == set(DOORS)


@pytest.mark.parametrize("endpoint", DOORS)
def test_who_gets_past_each_door(filled, as_, endpoint):
    path, insiders = DOORS[endpoint]
    address = path.format(**filled.numbers)
    outsiders = [name for name in PEOPLE if name not in insiders.split()]
    for name in (*outsiders, *insiders.split()[-1:]):
        status = as_(None if name == "visitor" else getattr(filled, name)).post(address)
        turned_away = status.status_code in (401, 403) or status.location == "/code"
        assert turned_away == (name in outsiders), (endpoint, name, status.status_code)


@pytest.mark.parametrize("endpoint,name", [(e, name) for e in DOORS for name in DOORS[e][1].split()])
def test_each_insider_gets_in(filled, as_, endpoint, name):
    address = DOORS[endpoint][0].format(**filled.numbers)
    response = as_(None if name == "visitor" else getattr(filled, name)).post(address)
    assert response.status_code not in (401, 403) and response.location != "/code", (endpoint, name)
