"""The post: an outbox in the same database, emptied by the worker. Nothing is sent twice by itself.

Before the words of a mail go to the mail server, that is written down. So after a crash we know of each
mail whether it can be sent again: one of which no word had gone, goes; of another a host decides.
"""

import json
import secrets
import smtplib
import ssl
from contextlib import suppress
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, delete, exists, or_, select, update
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app.clock import now
from app.db import db
from app.events import record
from app.jobs import Job, clockwork, job
from app.keys import SealedText

PATIENCE = 20  # seconds that we wait for each answer of the mail server
LEASE = timedelta(minutes=15)  # a mail that is being sent for longer was left behind by a crash
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480)]  # between attempts
MOST_IN_A_ROW = 20  # then other work has its turn
KEPT = timedelta(days=7)
POLICY = SMTP.clone(cte_type="7bit")
KINDS = {
    "sign-in": _l("Sign in"),
    "new-address": _l("Confirm an address"),
    "old-address": _l("An address that is no longer used"),
    "news": _l("News"),
    "trial": _l("Test"),
    "review": _l("An agreement to look at again"),
    "envelope": _l("A ballot of yours is in the box"),
}
TROUBLES = {
    "connection": _l("The mail server could not be reached."),
    "encryption": _l("The mail server offers no safe connection."),
    "password": _l("The mail server did not accept our name and password."),
    "busy": _l("The mail server asked to try again later."),
    "refused": _l("The mail server refused it."),
    "broken": _l("The connection broke while the mail was handed over. It may have arrived."),
    "stopped": _l("The program stopped while the mail was handed over. It may have arrived."),
    "late": _l("It could not be sent in time, and is of no use any more."),
}
OURS = ("connection", "encryption", "password")  # no fault of this one mail: the next would fare the same


class Trouble(Exception):
    """A mail was not accepted; the kind is one of TROUBLES, the detail never holds anything personal."""

    def __init__(self, kind, detail):
        super().__init__(f"{kind} {detail}")
        self.kind = kind


class Mail(db.Model):
    """One mail in the outbox. Its address and words are sealed, and wiped once it is sent."""

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed', 'unclear')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    sealed: Mapped[str | None] = deferred(mapped_column(SealedText))
    message_id: Mapped[str] = mapped_column(default=lambda: f"<{secrets.token_hex(16)}@{our_host()}>")
    made_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now, index=True)
    good_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="waiting")
    sent_at: Mapped[datetime | None]  # while it is being sent: when its words began to go
    last_error: Mapped[str | None]

    @classmethod
    def write(cls, kind, to, person, sender, subject, good_until=None, **words):
        """Put a mail in the outbox, in the transaction of what caused it; it leaves within seconds.

        The words are lazy, so that they come in the reader's language; templates/mail says which there are.
        """
        if not mail_works():
            return
        words = {**words, "subject": subject, "sender": sender, "site": current_app.config["ADDRESS"]}
        with force_locale(person.language):
            parts = {part: render_template(f"mail/message.{part}", **words) for part in ("txt", "html")}
            letter = {"to": to, "sender": sender, "subject": str(subject), **parts}
        letter["stop_link"] = words.get("stop_link")  # goes in the head of the mail too
        sealed = json.dumps(letter)
        db.session.add(cls(kind=kind, person_id=person.id, sealed=sealed, good_until=good_until))
        if not db.session.scalar(select(exists().where(Job.name == "deliver", Job.attempts == 0))):
            deliver.later()  # one turn sends all: a job for each mail would look in vain at each of the rest

    @property
    def kind_name(self):
        return KINDS[self.kind]

    @property
    def trouble_name(self):
        return TROUBLES[self.last_error.split()[0]]

    @property
    def trouble_detail(self):
        return " ".join(self.last_error.split()[1:])

    @property
    def may_be_retried(self):
        return self.state in ("failed", "unclear") and (self.good_until is None or now() < self.good_until)

    def retry(self, by):
        """Send it again, because somebody decided to."""
        self.state, self.attempts, self.due_at = "waiting", 0, now()
        record("mail.retried", self, actor=by)
        deliver.later()

    def as_message(self):
        letter = json.loads(self.sealed)
        message = EmailMessage(POLICY)
        message["From"] = Address(one_line(letter["sender"]), addr_spec=current_app.config["MAIL_FROM"])
        message["To"] = Address(addr_spec=letter["to"])
        message["Subject"] = one_line(letter["subject"])
        message["Date"] = format_datetime(self.made_at)
        message["Message-ID"] = self.message_id
        message["Auto-Submitted"] = "auto-generated"
        if letter.get("stop_link"):  # mail programs show a button that posts to it (RFC 8058)
            message["List-Unsubscribe"] = f"<{letter['stop_link']}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(letter["txt"])
        message.add_alternative(letter["html"], subtype="html")
        return message

    def settle(self, trouble):
        """Write down what became of an attempt."""
        self.last_error, self.sent_at = str(trouble) if trouble else None, None
        if trouble is None:
            self.state, self.sent_at, self.sealed = "sent", now(), None
        elif trouble.kind == "broken":
            self.state = "unclear"
        elif trouble.kind == "refused" or self.attempts > len(PAUSES):
            self.state = "failed"
        else:
            self.state, self.due_at = "waiting", now() + PAUSES[self.attempts - 1]


def mail_works():
    """Whether this installation can send mail at all."""
    return current_app.config["SMTP"] is not None


def one_line(text):
    return " ".join(text.split())


def our_host():
    return urlsplit(current_app.config["ADDRESS"]).hostname


def troubled():
    """The mails that a host should know of: failed, unclear, or tried again and again."""
    often = Mail.attempts > 2
    return or_(Mail.state.in_(("failed", "unclear")), (Mail.state == "waiting") & often)


@clockwork
@job
def deliver():
    """Send what is due: take one, let go of the database, hand it over, write down what became of it."""
    if not mail_works():
        return
    give_up()
    for _turn in range(MOST_IN_A_ROW):
        mail = claim()
        if mail is None:
            return
        mail_id, lease, message = mail.id, mail.due_at, mail.as_message()
        db.session.commit()  # nobody waits for us while we wait for the mail server
        trouble = hand_over(message, lambda mine=(mail_id, lease): begin_to_send(*mine))
        mail = db.session.get(Mail, mail_id, with_for_update=True)
        if mail and mail.due_at == lease and mail.state in ("sending", "unclear"):
            mail.settle(trouble)
        db.session.commit()
        if trouble and trouble.kind in OURS:
            return
    deliver.later()


def give_up():
    """Close the books on mails that came too late, and on those that a crash left half sent."""
    too_late = Mail.good_until <= now()
    left = (Mail.state == "sending") & (Mail.due_at <= now())
    no_word_went = Mail.sent_at.is_(None) & (Mail.attempts <= len(PAUSES))
    for which, becomes in (
        (left & no_word_went, {"state": "waiting"}),
        (left, {"state": "unclear", "last_error": "stopped", "sent_at": None}),
        ((Mail.state == "waiting") & too_late, {"state": "failed", "last_error": "late"}),
        (Mail.state.in_(("failed", "unclear")) & too_late & Mail.sealed.is_not(None), {"sealed": None}),
    ):
        db.session.execute(update(Mail).where(which).values(becomes))
    db.session.commit()


def claim():
    """Take the next mail that is due, so that no other process does."""
    due = select(Mail).where(Mail.state == "waiting", Mail.due_at <= now()).order_by(Mail.due_at, Mail.id)
    mail = db.session.scalar(due.limit(1).with_for_update(skip_locked=True))
    if mail:
        mail.state, mail.due_at, mail.attempts = "sending", now() + LEASE, mail.attempts + 1
    db.session.commit()
    return mail


def begin_to_send(mail_id, lease):
    """Write down that the words of a mail go now; unless it took too long, and somebody else has it."""
    mine = (Mail.id == mail_id) & (Mail.due_at == lease) & (Mail.state == "sending")
    found = db.session.execute(update(Mail).where(mine).values(sent_at=now())).rowcount
    db.session.commit()
    if not found:
        raise Trouble("stopped", "")


def hand_over(message, begin):
    """Give one mail to the mail server, and say so just before its words go.

    The answer is what went wrong, or None.
    """
    try:
        server = connect()
    except Trouble as trouble:
        return trouble
    try:
        hand_to(server, message, begin)
    except Trouble as trouble:
        return trouble
    finally:
        with suppress(OSError):  # whatever it says now, the mail's fate is known
            server.quit()
    return None


def connect():
    """Call the mail server: encrypted and known by its certificate, unless it is on this machine."""
    ours = current_app.config["SMTP"]
    options = {"local_hostname": our_host(), "timeout": PATIENCE}
    try:
        if ours.is_encrypted:
            server = smtplib.SMTP_SSL(ours.host, ours.port, context=ssl.create_default_context(), **options)
        else:
            server = smtplib.SMTP(ours.host, ours.port, **options)
        server.ehlo_or_helo_if_needed()
        if not (ours.is_encrypted or ours.is_here):
            secure(server, ours)
        if ours.password:
            server.login(ours.user, ours.password)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        raise Trouble("password", type(error).__name__) from error
    except ssl.SSLError as error:
        raise Trouble("encryption", type(error).__name__) from error
    except OSError as error:
        raise Trouble("connection", type(error).__name__) from error
    return server


def secure(server, ours):
    """Encrypt the line where the mail server can; our password never goes over an open one."""
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
    elif ours.password:
        raise Trouble("encryption", "STARTTLS")


def hand_to(server, message, begin):
    try:
        heed(server.mail(message["From"].addresses[0].addr_spec)[0])
        heed(server.rcpt(message["To"].addresses[0].addr_spec)[0])
    except OSError as error:
        raise Trouble("connection", type(error).__name__) from error
    begin()
    try:
        answer = server.data(message.as_bytes())[0]
    except smtplib.SMTPDataError as error:  # it did not want to begin
        answer = error.smtp_code
    except OSError as error:
        raise Trouble("broken", type(error).__name__) from error
    heed(answer)


def heed(answer):
    """Go on when the mail server says yes (2xx); 4xx is not now, 5xx is never."""
    if answer // 100 != 2:
        raise Trouble({4: "busy", 5: "refused"}.get(answer // 100, "broken"), answer)


def forget_mail_from_before(moment):
    """Let go of the mails that were made before a moment, unless they still wait. Returns how many went."""
    done = Mail.state.not_in(("waiting", "sending"))
    return db.session.execute(delete(Mail).where(Mail.made_at <= moment, done)).rowcount
