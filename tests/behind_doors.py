"""Something behind every door of the demo: what each write needs to find when somebody knocks."""

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import AccessCode, CodeBatch
from app.clock import today
from app.db import db
from app.dialogues.agreements import Agreement
from app.dialogues.formats.paper import make_sheets
from app.dialogues.harvest import Harvest
from app.dialogues.models import Dialogue
from app.mail import Mail
from app.moderation.models import Appeal, Ban, Judgement, Report
from app.proposals.amendments import Amendment
from app.proposals.attachments import Attachment
from app.proposals.authors import CoAuthor
from app.proposals.places import Place, Sketch
from app.reports.models import RightToChallenge
from app.responses.disputes import Dispute
from app.responses.drafts import AnswerDraft
from app.responses.models import Request
from app.responses.progress import Progress
from app.responses.sightings import Sighting
from app.rooms.models import Room
from app.votes.models import Vote
from app.votes.tellers import name_tellers
from tests.photographs import a_picture
from tests.tellers import opened

ANSWER = {
    "decision": "no", "reason": "Er komt een brug, en dan is dit niet meer nodig.", "changes": "",
    "answered_by": "Wout", "returns_on": None,
}  # fmt: skip


def letters_in(world):
    """A letter that was lost, with its batch, and a batch that was withdrawn."""
    unused = select(AccessCode).join(CodeBatch).where(~AccessCode.is_used)
    lost = db.session.scalars(unused.order_by(CodeBatch.id.desc(), AccessCode.number)).first()
    lost.revoke(by=None)
    withdrawn, _codes = CodeBatch.make(None, "Verloren", 1)
    withdrawn.revoke(by=None)
    return {"party": lost.batch.id, "withdrawn": withdrawn.id, "lost": lost.number}


def numbers_in(world):
    """The ids that fill the addresses: of the demo's things, and of what Fatima moderated besides."""
    numbers = {name: thing.id for name, thing in vars(world).items() if hasattr(thing, "id")}
    statements = world.parking_dialogue.statements
    pending = [s for s in statements if s.state == "pending"]
    seeds = [s for s in statements if s.is_seed]
    world.shed.submitted_at = None
    world.shed.hold()
    judgement = removed(world.fatima, world.amina, world.parking_dialogue, "Een")
    appealed = removed(world.fatima, world.amina, world.parking_dialogue, "Twee")
    CoAuthor.offer(world.amina, world.parking, world.samira)
    Room.open(world.samira, world.evenings_dialogue, 2)
    world.evenings.goes_into = world.parking
    Sketch.draw(world.fleur, a_picture(), "Een plein")
    Place.mark(world.amina, world.parking, 500, 500)
    made = {
        "attachment": Attachment.add(world.amina, world.parking, a_picture(), "Een auto"),
        "amendment": Amendment.make(world.bram, world.parking, "Parkeren", "Minder auto's.", "Korter"),
        "agreement": Agreement.make(world.fleur, world.greens, "Wij snoeien zelf.", today() + timedelta(30)),
        "report": Report.make(world.bram, seeds[1], "spam"),
        "judgement": judgement,
        "appeal": Appeal.make(world.amina, "Nee toch", judgement=appealed),
        "ban": ban_of(world, removed(world.fatima, world.samira, world.parking_dialogue, "Drie")),
        "proposed_ban": ban_of(world, removed(world.fatima, world.wout, world.parking_dialogue, "Vier")),
    }
    made["ban"].confirm(world.bram)
    AnswerDraft.save(world.wout, world.crossing_request, **ANSWER).offer(world.wout)
    asked = Request.send(world.fleur, world.square, "Een pomp.", "Gemeente")
    asked.answer(world.daan, "no", ANSWER["reason"], "", "Daan")
    made["disputed"] = asked
    made["dispute"] = Dispute.make(world.bram, asked, "De bus rijdt er niet meer.", "nl")
    made["sighting"] = Sighting.give(world.bram, world.lindens, False, "Er staat er een.", "nl")
    made["step"] = Progress.tell(
        world.daan, world.benches, "busy", "Besteld.", raw=a_picture(), words="Een bank"
    )
    RightToChallenge.fill(world.fleur, world.solar, task="Het plantsoen.")
    made |= sheets_in(world)
    made["unsealed_vote"] = unsealed_vote(world)
    made["proxy_vote"] = proxy_vote(world)
    letters = letters_in(world)
    harvests = harvests_in(world)
    db.session.add(Mail(id=1, kind="trial", state="failed", last_error="refused 550"))
    world.samira.banned_until = None  # the ban is there to be appealed; its holding has tests of its own
    db.session.commit()
    numbers["asked_before"] = world.pulse_dialogue.series
    made_numbers = {name: thing.id for name, thing in made.items()}
    return {**numbers, **made_numbers, **letters, **harvests, "pending": pending[0].id, "seed": seeds[0].id}


def proxy_vote(world):
    """An open vote in which people may vote for others; its tellers are Fleur, Fatima and Samira."""
    rules = {"question": "Namens een ander?", "method": "yes_no", "closes_on": today() + timedelta(days=9)}
    vote = Vote.prepare(world.fleur, world.square, ["Ja", "Nee", "Geen"], takes_proxies=True, **rules)
    opened(vote, world.fleur, [world.fleur, world.fatima, world.samira])
    return vote


def unsealed_vote(world):
    """A vote of which the tellers, Amina, Bram and Samira, still have to get their keys."""
    rules = {"question": "Nog een keer?", "method": "yes_no", "closes_on": today() + timedelta(days=9)}
    vote = Vote.prepare(world.fleur, world.parking, ["Ja", "Nee", "Geen"], **rules)
    name_tellers(vote, world.fleur, [world.amina, world.bram, world.samira])
    return vote


def harvests_in(world):
    """Three closed dialogues of the table: a harvest that nobody checked, one that two did, a public one."""
    numbers = {}
    for name in ("unchecked", "checked", "commented"):
        dialogue = Dialogue.prepare(
            world.samira, world.evenings, question=f"{name}?", closes_on=today() + timedelta(days=1)
        )
        dialogue.open()
        for person in (world.amina, world.samira, world.fatima, world.bram):
            dialogue.join(person)
        dialogue.close()
        harvest = Harvest.write(world.fleur, dialogue, agreed="Samen eten.", asks=[["Een tafel", "Gemeente"]])
        if name != "unchecked":
            harvest.check(world.bram)
            harvest.check(world.fatima)
        if name == "commented":
            harvest.publish(world.fleur)
        numbers[name] = dialogue.id
    return numbers


def sheets_in(world):
    """Sheets of the parking dialogue: not typed in, read in two ways, by phone, and void."""
    dialogue = world.parking_dialogue
    blank, differing, void = make_sheets(world.fleur, dialogue, 3)
    (called,) = make_sheets(world.fleur, dialogue, 1, channel="phone")
    item = differing.items[0]
    differing.enter(world.fleur, {"consent": "y", item: "agree"})
    differing.enter(world.bram, {"consent": "y", item: "pass"})
    called.enter(world.fleur, {"consent": "y", item: "agree"})
    void.void(world.fleur, "lost")
    return {
        "blank_sheet": blank,
        "differing_sheet": differing,
        "called_sheet": called,
        "void_sheet": void,
    }


def removed(by, author, dialogue, words):
    statement = dialogue.add_statement(author, words)
    statement.publish(by)
    return Judgement.make(by, statement, "removed", "unclear")


def ban_of(world, judgement):
    return Ban.propose(world.fatima, judgement, "spam", today() + timedelta(days=9))
