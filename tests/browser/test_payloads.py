"""Two hundred public attack strings through every text field, opened in Chromium: none runs."""

import os
from datetime import timedelta
from importlib import import_module
from io import BytesIO
from itertools import cycle
from pathlib import Path

import pytest
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from wtforms import StringField

from app import CONCEPTS, limits
from app.accounts.models import SignInLink
from app.clock import today
from app.db import db
from app.dialogues.agreements import Agreement
from app.dialogues.formats import FORMATS
from app.dialogues.forms import DialogueForm, HarvestForm, PhaseForm, StopForm
from app.dialogues.models import Dialogue, Statement
from app.dialogues.sheets import Sheet
from app.moderation.models import Judgement
from app.proposals.amendments import Amendment
from app.proposals.models import Proposal
from app.reports.forms import ChallengeForm, ImpactForm, ParticipationForm
from app.responses.models import Commitment, Request
from app.votes.models import Vote
from tests.photographs import a_picture
from tests.server import Server
from tests.tellers import after_the_last_day, opened
from tests.walker import dialogue_at, prepare, publish_what_waits, take_turns

LINES = Path(__file__).with_name("payloads.txt").read_text(encoding="utf-8").splitlines()
ALL = [line for line in LINES if not line.startswith("# ")]
# All of them take minutes: BUURTSTEM_ALL_PAYLOADS=1 ./run test tests/browser/test_payloads.py
PAYLOADS = ALL if os.environ.get("BUURTSTEM_ALL_PAYLOADS") else ALL[::10]
SOON = str(today() + timedelta(days=20))
# The text fields whose words are shown to somebody, and how the drill fills them
FILLED = {
    "CollectiveForm": {"name", "purpose"},
    "ProposalForm": {"title", "text"},
    "DraftForm": {"title", "text"},
    "RevisionForm": {"title", "text", "note"},
    "AmendmentForm": {"title", "text", "why"},
    "AttachmentForm": {"words"},
    "SketchForm": {"words"},
    "RefusalForm": {"answer"},
    "KeepForm": {"note"},
    "ChangeForm": {"text", "note"},
    "EndForm": {"note"},
    "TakingBackForm": {"note"},
    "HarvestForm": {
        *("agreed", "differ", "one_side", "other_side", "absent"),
        *(f"{name}_{n}" for name in ("ask", "of", "action", "who", "when") for n in HarvestForm.lines),
    },
    "ParticipationForm": {name for fields in ParticipationForm.ASKED.values() for name in fields},
    "ChallengeForm": {name for fields in ChallengeForm.ASKED.values() for name in fields},
    "ImpactForm": {name for fields in ImpactForm.ASKED.values() for name in fields},
    "CheckForm": {"text"},
    "CommentForm": {"text"},
    "MinorityReportForm": {"text"},
    "VoteForm": {"question", "options", "budget"},
    "VoidForm": {"note"},
    "RequestForm": {"decider", "text"},
    "AnswerDraftForm": {"answered_by", "changes", "reason"},
    "ResponseForm": {"answered_by", "changes", "reason"},
    "CommitmentForm": {"owner", "text"},
    "DisputeForm": {"text"},
    "ReplyForm": {"reply", "replied_by"},
    "SightingForm": {"text"},
    "ProgressForm": {"link", "note", "owner", "picture_words"},
    "ReportForm": {"note"},
    "AppealForm": {"text"},
    "AppealDecisionForm": {"answer"},
    "BatchForm": {"label"},
    "RoleForm": {"new_name"},
    "ProfileForm": {"name"},
    "NeighbourhoodForm": {
        *("name", "purpose", "decider", "contact", "phone", "controller", "privacy_contact", "hoster"),
    },
}
# What is typed here is compared with a secret or an address, and shown to nobody but who typed it
ECHOED = {
    "CoAuthorForm",
    "CodeForm",
    "SheetForm",
    "RoomCodeForm",
    "SpareCodeForm",
    "PasskeyForm",
    "NewPasskeyForm",
    "EmailForm",
    "MailCodeForm",
    "KeyForm",
    "TwoKeysForm",
    "CountForm",  # its keys; for its note see `explained`
    "SealForm",
    *("TableForm", "ProxyForm", "PaperProxyForm"),
    "ReceiptForm",
    *("BallotForm", "OneForm", "SetForm", "BudgetForm", "RankingForm"),  # four digits of one's own
    *("GradesForm", "WordsForm", "ResistanceForm", "DotsForm", "QuadraticForm"),
}
# Their fields are made for each visit; tests/test_sheets.py attacks what is typed in from paper
MADE_WHEN_NEEDED = {"LetterTextForm", "RatingForm", "EntryForm", "LastLookForm", "LesseningForm"}


def text_fields():
    for concept in CONCEPTS:
        for path in Path(import_module(f"app.{concept}").__file__).parent.glob("*forms.py"):
            import_module(f"app.{concept}.{path.stem}")
    forms = [FlaskForm]
    for form in forms:
        forms += form.__subclasses__()
        if form.__module__.startswith("app.") and not of_a_format(form):
            names = {
                n for n in dir(form) if issubclass(getattr(getattr(form, n), "field_class", int), StringField)
            }
            yield form.__name__, names


def test_every_text_field_is_attacked():
    found = {name: fields for name, fields in text_fields() if fields}
    assert set(found) - ECHOED - MADE_WHEN_NEEDED == set(FILLED)
    assert all(FILLED[name] == fields for name, fields in found.items() if name in FILLED)


def of_a_format(form):
    """Whether it is a form of a format, or of the course: who knows only the page fills those in."""
    return form.__module__.startswith("app.dialogues.formats") or form in (DialogueForm, PhaseForm, StopForm)


def test_the_attacks_are_many_and_different():
    assert len(ALL) == len(set(ALL)) == 200


@pytest.fixture
def attacked(shared_app, world, as_):
    """The demo, after somebody filled in every field with each of the attack strings."""
    people = {name: as_(getattr(world, name)) for name in ("amina", "fleur", "daan", "fatima", "naima")}
    for payload in PAYLOADS:
        limits.init_app(shared_app)
        attack_lines(people, world, payload)
    attack_people(people, world, shared_app)
    return people


def attack_lines(people, world, payload):
    """One proposal with all that can hang on it."""
    amina, fleur, daan = people["amina"], people["fleur"], people["daan"]
    words = {"title": payload, "text": payload, "note": payload}
    address = posted(amina, f"/proposals/new/{world.greens.id}", **words, has_compared="y")
    posted(amina, f"{address}/submission")
    posted(amina, f"{address}/revisions", **words)
    number = address.rsplit("/", 1)[1]
    changed = {"title": f"{payload} 2", "text": f"{payload} 2", "why": payload}
    amendment = posted(people["naima"], f"{address}/amendments", **changed)
    posted(amina, f"{amendment}/refusal", answer=payload)
    for file in (b"%PDF-1.7", a_picture()):
        posted(amina, f"{address}/attachments", file=(BytesIO(file), "x"), words=payload)
    posted(fleur, "/proposals/sketch", file=(BytesIO(a_picture()), "x"), words=payload)
    posted(amina, f"{address}/place", square="C4")
    card = dict.fromkeys(("question", "why_now", "fixed", "still_open", "decider"), payload)
    seeds = f"{payload}\nEen. {payload}\nTwee. {payload}"
    dialogue = posted(
        fleur, f"/dialogues/new/{number}/statement_round", **card, seeds=seeds, level="advise", closes_on=SOON
    )
    posted(fleur, f"{dialogue}/opening")
    posted(amina, f"{dialogue}/statements", text=f"Drie. {payload}")
    posted(fleur, f"{dialogue}/sheets", new=1)
    sheet = f"/dialogues/sheets/{db.session.scalar(select(func.max(Sheet.id)))}"
    posted(fleur, f"{sheet}/refusal", reason="lost")
    posted(fleur, f"{sheet}/withdrawal", note=payload)
    posted(
        fleur, f"/votes/new/{number}", question=payload, method="approval", electorate="residents",
        options=f"{payload}\nVier. {payload}", quorum=0, threshold="majority", closes_on=SOON,
        secrecy="secret", receipts="list",
    )  # fmt: skip
    ended = posted(
        fleur, f"/votes/new/{number}", question=payload, method="yes_no", electorate="residents",
        quorum=0, threshold="majority", closes_on=SOON, secrecy="open", receipts="list",
    )  # fmt: skip
    posted(fleur, f"{ended}/opening")
    posted(fleur, f"{ended}/voiding", note=payload)
    fate_of_an_agreement(fleur, world, payload)
    weeks = {"weeks_before": 18, "weeks_to_decide": 10}
    posted(fleur, f"{address}/right-to-challenge", **dict.fromkeys(FILLED["ChallengeForm"], payload), **weeks)
    sheet_of_the_year = f"/collectives/{world.greens.id}/impact/{today().year}"
    posted(fleur, sheet_of_the_year, **dict.fromkeys(FILLED["ImpactForm"], payload))
    posted(fleur, f"{address}/participation", **dict.fromkeys(FILLED["ParticipationForm"], payload))
    request = posted(fleur, f"/requests/new/{number}", text=payload, decider=payload, due_on=SOON)
    reason = f"{payload} Dit is waarom, in meer dan dertig tekens."
    posted(daan, f"{request}/draft", reason=payload, changes=payload, answered_by=payload)
    posted(
        daan, f"{request}/response", decision="partly", reason=reason, changes=payload, answered_by=payload,
        version=1,
    )  # fmt: skip
    posted(amina, f"{request}/dispute", text=reason)
    posted(daan, f"{request}/dispute/reply", reply=reason, replied_by=payload)
    posted(daan, f"{request}/commitments", text=payload, owner=payload, due_on=SOON)
    commitment = db.session.scalar(select(Commitment).order_by(Commitment.id.desc()))
    posted(
        daan, f"/commitments/{commitment.id}/progress", status="busy", note=payload, owner=payload,
        due_on=SOON, link=f"https://voorbeeld.nl/?{payload}", picture=(BytesIO(a_picture()), "x"),
        picture_words=payload,
    )  # fmt: skip
    posted(amina, f"/commitments/{commitment.id}/sightings", seen="no", text=payload)


def fate_of_an_agreement(fleur, world, payload):
    Agreement.make(world.fleur, world.greens, payload, today() + timedelta(20))
    db.session.commit()
    number = db.session.scalar(select(Agreement.id).order_by(Agreement.id.desc()))
    posted(fleur, f"/agreements/{number}/review", **{"keep-review_on": SOON, "keep-note": payload})
    changed = {"change-text": payload, "change-review_on": SOON, "change-note": payload}
    after = posted(fleur, f"/agreements/{number}/versions", **changed)
    posted(fleur, f"{after}/ending", **{"end-note": payload})


def attack_people(people, world, app):
    """What stands in lists: collectives, batches of codes, roles, reports and appeals."""
    fleur, fatima, naima, amina = (people[name] for name in ("fleur", "fatima", "naima", "amina"))
    pending = db.session.scalars(select(Statement).where(Statement.state == "pending")).all()
    written = [statement.id for statement in pending if statement.text.startswith("Drie. ")]
    for payload, statement in zip(PAYLOADS, written, strict=True):
        limits.init_app(app)
        posted(fleur, f"{posted(fleur, '/collectives', name=payload[:80], purpose=payload)}/departure")
        fleur.post("/admin/codes", data={"label": payload[:60], "size": 1, "kind": "letter", "days": 60})
        fleur.post("/admin/roles", data={"name": "council", "new_name": payload, "ends_on": SOON})
        fatima.post(f"/moderation/statements/{statement}/rejection", data={"reason": "unclear"})
        judgement = db.session.scalar(select(Judgement).order_by(Judgement.id.desc()))
        posted(amina, f"/moderation/judgements/{judgement.id}/appeal", text=payload)
    seeds = select(Statement).where(Statement.dialogue_id == world.parking_dialogue.id, Statement.is_seed)
    for payload, statement in zip(PAYLOADS, db.session.scalars(seeds).all(), strict=False):
        naima.post(f"/moderation/statements/{statement.id}/report", data={"reason": "spam", "note": payload})


def posted(client, address, **data):
    response = client.post(address, data=data)
    assert response.status_code == 303, (address, data, response.status_code, response.text[:3000])
    return response.location


def attack_settings(people, payload):
    """What stands on every page: the neighbourhood's words, and a name."""
    lengths = {"name": 60, "purpose": 400, "decider": 120, "contact": 160, "phone": 30, "controller": 160,
               "privacy_contact": 160, "hoster": 160}  # fmt: skip
    settings = {field: payload[:most] for field, most in lengths.items()}
    posted(people["fleur"], "/admin/neighbourhood", languages=["nl", "en"], **settings)
    posted(people["amina"], "/me", name=payload[:60], language="en")


@pytest.fixture
def browser_without_policy(chromium, shared_app, world, attacked):
    """A host's browser with our Content-Security-Policy switched off: the escaping has to stand alone."""
    link = SignInLink.make(world.fleur)
    db.session.commit()
    server = Server(shared_app.config["INSTANCE"]).start()
    context = chromium.new_context(bypass_csp=True)
    context.add_init_script("alert = prompt = confirm = () => { top.ran = 1 }")
    page = context.new_page()
    page.address = server.address
    page.goto(f"{server.address}/sign-in/{link}")
    page.locator("main form button").first.click()
    page.locator("form[action='/me/spare-codes'] button").click()
    yield page
    context.close()
    server.stop()


def test_none_of_them_runs(browser_without_policy, attacked, world):
    page = browser_without_policy
    lines = [(name, newest(model)) for name, model in SHOWN]
    votes = newest(Vote, each=2)
    db.session.rollback()
    for number, payload in enumerate(PAYLOADS):
        attack_settings(attacked, payload)
        shown = (f"/{name}/{ids[number]}" for name, ids in lines)
        both = (f"/votes/{vote}" for vote in votes[2 * number : 2 * number + 2])
        for path in ("/privacy", *shown, *both):
            look(page, path)
        look(page, f"/dialogues/{dict(lines)['dialogues'][number]}/sheets/paper")
        look(page, f"/proposals/{dict(lines)['proposals'][number]}/participation")
    for path in (*LISTS, *DESKS, *(f"/votes/{explained(world, at)}" for at in range(0, len(PAYLOADS), 3))):
        look(page, path)


def explained(world, at):
    """A counted vote with fewer papers than marks: why, its tellers say in three attacks at once."""
    rules = {"question": "Op papier?", "method": "yes_no", "closes_on": today() + timedelta(days=9)}
    vote = Vote.prepare(world.fleur, world.square, ["Ja", "Nee", "Geen"], **rules)
    keys = opened(vote, world.fleur, [world.fleur, world.fatima, world.samira])
    vote.mark_paper(world.bram)
    with after_the_last_day(vote):
        vote.close()
        vote.count(world.fleur, keys[:2], note=" ".join(PAYLOADS[at : at + 3]))
        db.session.commit()
    return vote.id


def test_none_runs_in_a_dialogue_of_any_format(browser_without_policy, attacked, world, shared_app):
    page, payloads, for_harvests = browser_without_policy, cycle(PAYLOADS), cycle(PAYLOADS)
    short_ones = cycle(
        [payload for payload in PAYLOADS if len(payload) <= 50]
    )  # an answer of a pulse is short
    host, people = attacked["fleur"], [attacked[name] for name in ("amina", "fatima", "naima", "fleur")]
    for name, face in FORMATS.items():
        address = prepare(host, world.playground, name, next(short_ones), everywhere=True)
        look(page, address)
        posted(host, f"{address}/opening")
        for number, part in enumerate(face.parts):
            if number:
                posted(host, f"{address}/phase", phase=part.name, note=next(payloads))
            for client in people:
                take_turns(client, address, next(payloads), everywhere=True)
                publish_what_waits(host, dialogue_at(address))
                look(page, address)
        posted(host, f"{address}/closure")
        limits.init_app(shared_app)
        attack_harvest(attacked, world, address, next(for_harvests))
        for path in (address, f"{address}/course", f"{address}/harvest", f"{address}/harvest/text"):
            look(page, path)


def attack_harvest(people, world, address, payload):
    """A harvest of which every word is an attack, with all that participants can write beside it."""
    checkers = [world.amina, world.fatima]
    for person in checkers:
        dialogue_at(address).join(person)
    db.session.commit()
    lengths = {"of": 120, "action": 300, "who": 80, "when": 60}
    words = {name: payload[: lengths.get(name.split("_")[0])] for name in FILLED["HarvestForm"]}
    harvest = posted(people["fleur"], f"{address}/harvest", **words)
    missing = {"check-verdict": "missing", "check-text": payload}
    for name in ("amina", "fatima"):
        posted(people[name], f"{harvest}/checks", **missing)
    posted(people["fleur"], f"{harvest}/publication")
    posted(people["amina"], f"{harvest}/comments", **{"comment-text": payload})
    posted(people["fatima"], f"{harvest}/minority-reports", **{"report-text": payload})


SHOWN = (
    ("proposals", Proposal),
    ("proposals/amendments", Amendment),
    ("dialogues", Dialogue),
    ("agreements", Agreement),
    ("dialogues/sheets", Sheet),
    ("requests", Request),
    ("commitments", Commitment),
)
LISTS = (
    "/",
    "/council",
    "/proposals",
    "/dialogues",
    "/votes",
    "/requests",
    "/collectives",
    "/search?q=alert",
)
DESKS = ("/admin", "/admin/codes", "/admin/roles", "/admin/record", "/moderation", "/moderation/log")
# An element that people's words must never make
STRANGE = (
    "main :is(script, iframe, object, embed, form[action^=java i], a[href^=java i], [onerror], [hx-get])"
)


def newest(model, each=1):
    return db.session.scalars(select(model.id).order_by(model.id)).all()[-each * len(PAYLOADS) :]


def look(page, path):
    assert page.goto(page.address + path).status == 200, path
    assert page.evaluate("top.ran") is None and page.locator(STRANGE).count() == 0, path
    assert page.url.startswith(page.address), path
