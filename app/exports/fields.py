"""What each column of the open data means, and what kind of value it holds. One name means one thing."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Field:
    kind: str  # integer, number, string, date or boolean, as Table Schema and JSON Schema call them
    meaning: Any


FIELDS = {
    "id": Field("integer", _l("The number of the proposal, as in its address.")),
    "proposal": Field("integer", _l("The proposal that this is about, by number.")),
    "collective": Field("string", _l("The collective, by name.")),
    "title": Field("string", _l("The title.")),
    "version": Field("integer", _l("Which version this is, from 1.")),
    "submitted": Field("date", _l("When everybody could read it.")),
    "withdrawn": Field("date", _l("When its author withdrew it.")),
    "text": Field("string", _l("The words. Empty when they were removed.")),
    "source": Field("string", _l("Where it was taken over from, if it began elsewhere.")),
    "goes_on_in": Field("integer", _l("The proposal into which this one was merged.")),
    "removed": Field("date", _l("When a moderator removed it.")),
    "reason": Field("string", _l("Why: of a removal or of an answer.")),
    "dialogue": Field("integer", _l("The dialogue, by number.")),
    "question": Field("string", _l("The question of the dialogue or the vote.")),
    "statement": Field("integer", _l("The statement, by number.")),
    "seed": Field("boolean", _l("Whether it was there at the start, and not added by a participant.")),
    "agree": Field("integer", _l("How many agree. Empty below five reactions.")),
    "disagree": Field("integer", _l("How many disagree. Empty below five reactions.")),
    "pass": Field("integer", _l("How many do not know. Empty below five reactions.")),
    "agreement": Field("integer", _l("The agreement, by number.")),
    "version_before": Field("integer", _l("The agreement of which this is a newer version.")),
    "term": Field("string", _l("For how long it was agreed.")),
    "deciders": Field("integer", _l("How many people decided.")),
    "answered": Field("integer", _l("How many of them answered.")),
    "concerns": Field("integer", _l("How many consented with a concern.")),
    "silent": Field("integer", _l("How many said nothing.")),
    "made": Field("date", _l("When it was agreed.")),
    "review": Field("date", _l("When it is looked at again.")),
    "ended": Field("date", _l("When it ended.")),
    "ending": Field("string", _l("How it ended.")),
    "note": Field("string", _l("What was said with it.")),
    "final": Field("date", _l("When the harvest became final.")),
    "checked": Field("integer", _l("How many participants checked it.")),
    "found_incomplete": Field("integer", _l("How many of them missed something.")),
    "agreed": Field("string", _l("On what the participants agree.")),
    "differ": Field("string", _l("On what they differ.")),
    "one_side": Field("string", _l("What one side says.")),
    "other_side": Field("string", _l("What the other side says.")),
    "absent": Field("string", _l("Who was not there.")),
    "asked": Field("string", _l("What is asked, with of whom, one on each line.")),
    "own_actions": Field("string", _l("What they do themselves, with by when, one on each line.")),
    "kind": Field("string", _l("What sort of words these are.")),
    "vote": Field("integer", _l("The vote, by number.")),
    "method": Field("string", _l("How the ballots are counted.")),
    "closed": Field("date", _l("When it closed.")),
    "option": Field("integer", _l("The number of the option on the ballot.")),
    "label": Field("string", _l("The option, in words.")),
    "cost": Field("number", _l("What the project costs.")),
    "currency": Field("string", _l("The currency of the costs.")),
    "votes": Field("integer", _l("The figure of the option. Empty where it could tell what somebody voted.")),
    "ballots": Field("integer", _l("How many ballots were counted. Empty below ten.")),
    "outcome": Field("string", _l("What was decided.")),
    "figure": Field("string", _l("The figure, by its short name.")),
    "unit": Field("string", _l("What the value is: a count, a share from 0 to 1, or days.")),
    "value": Field("number", _l("The value. Empty when it was counted among too few.")),
    "n": Field("integer", _l("The number of things that it was counted among.")),
    "request": Field("integer", _l("The request, by number.")),
    "decider": Field("string", _l("Of whom it is asked.")),
    "sent": Field("date", _l("When it was sent.")),
    "due": Field("date", _l("By when.")),
    "answered_on": Field("date", _l("When it was answered.")),
    "decision": Field("string", _l("What was decided about the request.")),
    "changes": Field("string", _l("What changes because of it.")),
    "answered_by": Field("string", _l("Who answered.")),
    "commitment": Field("integer", _l("The commitment, by number.")),
    "owner": Field("string", _l("Who does it.")),
    "status": Field("string", _l("How it stands.")),
    "seen_done": Field("integer", _l("How many residents saw that it is done.")),
    "seen_not_yet": Field("integer", _l("How many residents said: not yet.")),
    "seen": Field("boolean", _l("Whether a resident saw that it is done.")),
    "disputed": Field("date", _l("When the answer was disputed.")),
    "replied": Field("date", _l("When the decider replied.")),
    "reply": Field("string", _l("What the decider replied.")),
    "replied_by": Field("string", _l("Who replied.")),
    "number": Field("integer", _l("Which answer to the request this is, from 1.")),
    "comes_back": Field("date", _l("When the decider comes back to it, after the answer later.")),
    "promised": Field("date", _l("When it was promised.")),
    "day": Field("date", _l("On which day.")),
    "link": Field("string", _l("A page that shows it.")),
    "told_by": Field("string", _l("In which role somebody told it.")),
    "picture": Field("boolean", _l("Whether there is a picture with it.")),
    "due_before": Field("date", _l("By when it was promised before, if that changed.")),
    "owner_before": Field("string", _l("Who was to do it before, if that changed.")),
}


def is_yes_or_no(name):
    return name in FIELDS and FIELDS[name].kind == "boolean"
