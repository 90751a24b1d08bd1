"""The figures of one dialogue, of one proposal, or of one collective in one year: the registry's second half.

Each counts in the same way, whatever it is of: the queries ask for a dialogue, a vote, a proposal, or a
collective with a first and a last day, and get one of the four.
"""

from flask_babel import lazy_gettext as _l

from app.core.disclosure import PUBLISHED_FROM
from app.dialogues.models import SAID_ABOUT_THE_HARVEST
from app.exports.counting import FEWEST, Figure, counted, median, share_told

OF_COLLECTIVE = "proposal_id IN (SELECT id FROM proposal WHERE collective_id = :collective)"


def these(table, day, directly):
    """The numbers of the rows of a table that belong to the one that is asked about."""
    in_its_year = f"{OF_COLLECTIVE} AND date({day}) BETWEEN :since AND :until"
    return f"""(SELECT id FROM "{table}" WHERE {day} IS NOT NULL
                AND ({directly} OR proposal_id = :proposal OR ({in_its_year})))"""


DIALOGUES = these("dialogue", "opened_at", "id = :dialogue")
REQUESTS = these("request", "sent_at", "(dialogue_id = :dialogue OR vote_id = :vote)")
VOTES = these("vote", "counted_at", "(dialogue_id = :dialogue OR id = :vote)")
PROPOSALS = """(SELECT id FROM proposal WHERE submitted_at IS NOT NULL AND removed_on IS NULL
                AND (id = :proposal OR (collective_id = :collective
                     AND date(submitted_at) BETWEEN :since AND :until)))"""
BALLOTS = f"(SELECT json_extract(tally, '$.ballots') AS ballots FROM vote WHERE id IN {VOTES})"
OWN_WORDS = f"""statement WHERE dialogue_id IN {DIALOGUES} AND state = 'published' AND NOT is_seed
                AND statement.kind NOT IN {SAID_ABOUT_THE_HARVEST}"""
REACTIONS = f"""reaction JOIN statement ON statement.id = statement_id WHERE dialogue_id IN {DIALOGUES}"""
COMMITMENTS = f'"commitment" WHERE request_id IN {REQUESTS}'


def figure(title, meaning, query, unit="count", **facts):
    return Figure(title, meaning, query, "one", unit, is_of_one=True, **facts)


OF_ONE = {
    "here_dialogues": figure(
        _l("Dialogues held"), _l("The dialogues that were opened."), counted(DIALOGUES),
        items="dialogues.index",
    ),
    "here_people": figure(
        _l("People who took part"),
        _l("Everybody who did something in the dialogue, on the site, on paper, by telephone or in a room."),
        f"""SELECT coalesce(sum(coalesce(json_extract(facts, '$.people'), participants)), 0) AS value,
                   count(*) AS n FROM dialogue WHERE id IN {DIALOGUES}""",
        limits=_l("Participants, not a sample. Who takes part in two dialogues counts twice."),
    ),
    "here_not_online": figure(
        _l("Of them on paper or by telephone"),
        _l("The share that somebody else entered, from paper or a telephone call."),
        share_told("channel IN ('paper', 'phone')", f"participant WHERE dialogue_id IN {DIALOGUES}"),
        "share",
        fewest=2 * FEWEST,
        limits=_l("Not shown when they, or the others, are fewer than five."),
    ),
    "here_words": figure(
        _l("Contributions in their own words"),
        _l("Statements, arguments, ideas and other words of participants that everybody can read."),
        counted(OWN_WORDS),
        limits=_l("Without what the hosts started with, and without what is said of a harvest."),
    ),
    "here_reactions": figure(
        _l("Reactions given"),
        _l("All marks that participants put to what was said: agree, disagree, a number or a dot."),
        counted(REACTIONS),
        limits=_l("A changed reaction counts once."),
    ),
    "here_reactions_each": figure(
        _l("Reactions of each participant"),
        _l("The middle number: half of the participants who reacted gave as many or fewer."),
        median("given", f"(SELECT count(*) AS given FROM {REACTIONS} GROUP BY participant_id, dialogue_id)"),
        fewest=FEWEST,
    ),
    "here_proposals": figure(
        _l("Proposals made"), _l("The proposals that everybody can read."), counted(PROPOSALS),
        items="proposals.index",
    ),
    "here_votes": figure(
        _l("Votes with an outcome"), _l("The votes that were counted."), counted(VOTES), items="votes.index"
    ),
    "here_ballots": figure(
        _l("Ballots counted"),
        _l("All ballots in these votes together."),
        f"""SELECT CASE WHEN coalesce(min(ballots), {PUBLISHED_FROM}) >= {PUBLISHED_FROM}
                        THEN coalesce(sum(ballots), 0) END AS value,
                   count(*) AS n FROM {BALLOTS}""",
        limits=_l("Not shown when one of the votes had fewer than ten ballots."),
        items="votes.index",
    ),
    "here_requests": figure(
        _l("Requests sent"), _l("What was asked of somebody who decides."), counted(REQUESTS),
        items="responses.index",
    ),
    "here_answered": figure(
        _l("Requests with an answer"),
        _l("The requests that got an answer with a reason. The answer later is none yet."),
        f"""SELECT count(*) AS value, (SELECT count(*) FROM {REQUESTS}) AS n FROM council_response
            WHERE decision != 'later' AND request_id IN {REQUESTS}""",
        items="responses.index",
    ),
    "here_commitments": figure(
        _l("Commitments made"), _l("What was promised after these requests."), counted(COMMITMENTS),
        items="responses.index",
    ),
    "here_kept": figure(
        _l("Commitments done"),
        _l("The commitments that are done now."),
        f"""SELECT count(*) AS value, (SELECT count(*) FROM {COMMITMENTS}) AS n
            FROM {COMMITMENTS} AND status = 'done'""",
        limits=_l("Also counts what is not due yet as not done."),
        items="responses.index",
    ),
    "here_agreements": figure(
        _l("Agreements made"),
        _l("What the collective agreed by itself, each new version too."),
        counted("""agreement WHERE dialogue_id = :dialogue OR dialogue_id IN
                   (SELECT id FROM dialogue WHERE proposal_id = :proposal)
                   OR (collective_id = :collective AND made_on BETWEEN :since AND :until)"""),
        items="collectives.index",
    ),
}  # fmt: skip
