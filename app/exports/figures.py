"""The registry of figures: each is counted in one place, and every page, report and file takes it from here.

A figure is one query that gives its value and n, the number of things that it was counted among. Figures
are facts about everything there is, not samples: so they have no margin. Those of one dialogue, proposal
or collective stand in figures_of_one.py.
"""

from flask_babel import lazy_gettext as _l

from app.exports.counting import FEWEST, Figure, counted, median, share
from app.exports.figures_of_one import OF_ONE

TAKES_PART = "dialogue_id IN (SELECT id FROM dialogue WHERE opened_at IS NOT NULL)"
IS_PUBLIC_PROPOSAL = "submitted_at IS NOT NULL AND removed_on IS NULL"
IS_OF_LETTERS = """batch_id IN (SELECT id FROM code_batch WHERE kind != 'replacement'
                   AND (revoked_at IS NULL OR restored_at IS NOT NULL))"""
UNKEPT = "status IN ('open', 'busy')"
# With each request its answer, if it has one: "later" is none yet
ANSWERED = """request LEFT JOIN council_response AS answer
              ON answer.request_id = request.id AND decision != 'later'"""

GROUPS = {
    "people": _l("Who takes part"),
    "talk": _l("What is talked about"),
    "answers": _l("Asked and promised"),
    "care": _l("How the neighbourhood keeps it going"),
    "one": _l("In the report of one dialogue, proposal or collective"),
}
FIGURES = {
    "people": Figure(
        _l("Residents who took part"),
        _l("Everybody who ever took part in a dialogue. Each person counts once."),
        counted("person WHERE took_part"),
        "people",
        limits=_l("Somebody with two codes counts twice. A ballot alone does not count here."),
    ),
    "codes": Figure(
        _l("Access codes given out"),
        _l("All codes on letters, posters and cards that were not withdrawn."),
        counted(f"access_code WHERE {IS_OF_LETTERS}"),
        "people",
        limits=_l("We know how many were printed, not how many reached somebody."),
    ),
    "came_in": Figure(
        _l("Access codes with which somebody came in"),
        _l("Of the codes given out, those that were used."),
        f"SELECT count(*) AS value, count(*) AS n FROM access_code WHERE is_used AND {IS_OF_LETTERS}",
        "people",
    ),
    "codes_used": Figure(
        _l("Access codes that were used"),
        _l("The share of the codes given out with which somebody came in."),
        share("is_used", f"access_code WHERE {IS_OF_LETTERS}"),
        "people",
        "share",
    ),
    "writers": Figure(
        _l("Residents who wrote something"),
        _l("Everybody who wrote a statement in a dialogue. Each person counts once."),
        f"""SELECT count(DISTINCT person_id) AS value, count(*) AS n FROM participant
            WHERE {TAKES_PART} AND id IN (SELECT author_id FROM statement WHERE state = 'published')""",
        "people",
        limits=_l("Only published statements, of people with a code who did not erase their data."),
    ),
    "returning": Figure(
        _l("Residents who came back"),
        _l("The share of those who took part that did so in two dialogues or more."),
        share(
            "times > 1",
            f"""(SELECT count(*) AS times FROM participant
                 WHERE person_id IS NOT NULL AND {TAKES_PART} GROUP BY person_id)""",
        ),
        "people",
        "share",
        fewest=FEWEST,
        limits=_l("Who took part on paper without a code, or erased their data, is not in it."),
    ),
    "not_online": Figure(
        _l("Took part on paper or by telephone"),
        _l("The share of all participations that somebody else entered, from paper or a telephone call."),
        share("channel IN ('paper', 'phone')", f"participant WHERE {TAKES_PART}"),
        "people",
        "share",
        fewest=FEWEST,
    ),
    "proposals": Figure(
        _l("Proposals"),
        _l("All proposals that everybody can read."),
        counted(f"proposal WHERE {IS_PUBLIC_PROPOSAL}"),
        "talk",
        items="proposals.index",
    ),
    "proposals_changed": Figure(
        _l("Proposals that were changed"),
        _l("The share of the proposals that have a second version or more."),
        share("latest > 1", f"proposal WHERE {IS_PUBLIC_PROPOSAL}"),
        "talk",
        "share",
        items="proposals.index",
    ),
    "dialogues": Figure(
        _l("Dialogues"),
        _l("All dialogues that were opened, also those that are closed."),
        counted("dialogue WHERE opened_at IS NOT NULL"),
        "talk",
        items="dialogues.index",
    ),
    "reactions": Figure(
        _l("Reactions"),
        _l("All reactions to statements: agree, disagree and do not know."),
        "SELECT count(*) AS value, (SELECT count(*) FROM participant) AS n FROM reaction",
        "talk",
        limits=_l("Only formats with statements have reactions. A changed reaction counts once."),
    ),
    "reactions_each": Figure(
        _l("Reactions of one participant"),
        _l("The middle number: half of the participants who reacted gave as many or fewer in one dialogue."),
        median("given", "(SELECT count(*) AS given FROM reaction GROUP BY participant_id)"),
        "talk",
        fewest=FEWEST,
    ),
    "single_voices": Figure(
        _l("Statements of people who wrote one"),
        _l("The share of participants' statements whose writer wrote no other in that dialogue."),
        share(
            "written = 1",
            """(SELECT count(*) OVER (PARTITION BY author_id) AS written FROM statement
                WHERE author_id IS NOT NULL AND kind = 'statement' AND state = 'published')""",
        ),
        "talk",
        "share",
        fewest=FEWEST,
        limits=_l("High means: many voices, and not a few who write the most."),
    ),
    "votes": Figure(
        _l("Votes that were counted"),
        _l("All votes with an outcome."),
        counted("vote WHERE counted_at IS NOT NULL"),
        "talk",
        items="votes.index",
    ),
    "requests": Figure(
        _l("Requests"),
        _l("Everything that was asked of somebody who decides."),
        counted("request"),
        "answers",
        items="responses.index",
    ),
    "waiting": Figure(
        _l("Requests that wait for an answer"),
        _l("Requests without an answer, also those that are not due yet. The answer later is none yet."),
        f"SELECT count(*) - count(request_id) AS value, count(*) AS n FROM {ANSWERED}",
        "answers",
        items="responses.index",
    ),
    "overdue": Figure(
        _l("Requests past their date"),
        _l("Requests without an answer on the day after it was due."),
        f"""SELECT count(*) AS value, (SELECT count(*) FROM request) AS n
            FROM {ANSWERED} WHERE request_id IS NULL AND request.due_on < :today""",
        "answers",
        items="responses.index",
    ),
    "answered": Figure(
        _l("Requests that were answered"),
        _l("The share of all requests that got an answer with a reason."),
        share("request_id IS NOT NULL", ANSWERED),
        "answers",
        "share",
        items="responses.index",
    ),
    "days_to_answer": Figure(
        _l("Time to an answer"),
        _l("The middle number of days from sending a request to its answer."),
        median(
            "days",
            f"""(SELECT julianday(date(at)) - julianday(date(sent_at)) AS days
                 FROM {ANSWERED} WHERE request_id IS NOT NULL)""",
        ),
        "answers",
        "days",
        limits=_l("Only of requests that were answered: what waits for long is not in it yet."),
        items="responses.index",
    ),
    "commitments": Figure(
        _l("Commitments"),
        _l("Everything that was promised after a request."),
        counted('"commitment"'),
        "answers",
        items="responses.index",
    ),
    "kept": Figure(
        _l("Commitments that were kept"),
        _l("The share of all commitments that are done."),
        share("status = 'done'", '"commitment"'),
        "answers",
        "share",
        limits=_l("Also counts what is not due yet as not done."),
        items="responses.index",
    ),
    "late": Figure(
        _l("Commitments past their date"),
        _l("Commitments that are not done on the day after they were due."),
        f"""SELECT count(*) AS value, (SELECT count(*) FROM "commitment") AS n
            FROM "commitment" WHERE {UNKEPT} AND due_on < :today""",
        "answers",
        items="responses.index",
    ),
    "collectives": Figure(
        _l("Collectives"),
        _l("All groups of residents with a page here."),
        counted("collective"),
        "care",
        items="collectives.index",
    ),
    "deputies": Figure(
        _l("Roles with a deputy"),
        _l("The share of the roles that somebody can take over at once."),
        share("deputy_id IS NOT NULL", "role WHERE ends_on >= :today"),
        "care",
        "share",
    ),
    **OF_ONE,
}
OF_ALL = {name: figure for name, figure in FIGURES.items() if not figure.is_of_one}


def all_in_one(figures=OF_ALL):
    """One query for all figures: a row for each, with what may be shown."""
    return " UNION ALL ".join(
        f"""SELECT '{name}' AS figure, '{figure.unit}' AS unit,
                   CASE WHEN n >= {figure.fewest} THEN value END AS value, n FROM ({figure.query})"""
        for name, figure in figures.items()
    )
