"""Why words are not shown: one list of reasons for everything that people write."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped

REASONS = {
    "duplicate": _l("It is there already"),
    "several_ideas": _l("It holds more than one idea"),
    "about_a_person": _l("It is about a person"),
    "off_topic": _l("It is not about this question"),
    "unclear": _l("It cannot be understood"),
    "unlawful": _l("It breaks the law"),
    "threat": _l("It threatens somebody"),
    "discrimination": _l("It puts people down for who they are"),
    "harassment": _l("It bothers somebody again and again"),
    "spam": _l("It is advertising or spam"),
}
KNOWN_REASON = f"reason IS NULL OR reason IN {tuple(REASONS)}"


class Removable:
    """Words that a moderator can keep from the public, with a reason and a way back."""

    reason: Mapped[str | None]
    removed_on: Mapped[date | None]

    @property
    def is_removed(self):
        return self.removed_on is not None

    @property
    def reason_name(self):
        return REASONS.get(self.reason)


class Said(Removable):
    """What one person said beside something, in `text`, which they may take back."""

    @property
    def is_erased(self):
        return not self.text

    @property
    def is_reportable(self):
        return not (self.is_removed or self.is_erased)

    @property
    def is_kept_back(self):
        """Whether a moderator's judgement keeps it from the public now."""
        return self.is_removed
