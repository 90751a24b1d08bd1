"""Work for later: a queue in the same database, done by a thread of the server or `buurtstem work`."""

import threading
from datetime import datetime, timedelta
from itertools import count

from flask import current_app
from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import db

JOBS = {}
CLOCKWORK = []
MOST_ATTEMPTS = 5
PAUSE = 2  # seconds between two looks at the queue
LOOKS_A_TICK = 15  # of the queue between two looks at the clock


class Job(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    arguments: Mapped[dict] = mapped_column(JSON)
    due_at: Mapped[datetime] = mapped_column(default=now, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]


def job(function):
    """Let a function be done later: `sweep.later()`. It may run twice without harm."""
    JOBS[function.__name__] = function
    function.later = lambda **arguments: db.session.add(Job(name=function.__name__, arguments=arguments))
    return function


def clockwork(function):
    """Let a function run at every tick of the clock: it looks whether anything has become due."""
    CLOCKWORK.append(function)
    return function


def tick():
    """Do what the clock says, then every job that is due. Returns how many jobs were tried."""
    for function in CLOCKWORK:
        attempt(function)
    return work_off()


def work_off():
    tried = 0
    while due := db.session.scalar(
        select(Job).where(Job.due_at <= now(), Job.attempts < MOST_ATTEMPTS).order_by(Job.due_at).limit(1)
    ):
        tried += 1
        job_id, function, arguments = due.id, JOBS[due.name], due.arguments
        due.attempts += 1
        due.due_at = now() + timedelta(minutes=2**due.attempts)
        db.session.commit()  # claimed, and retried later should we crash
        error = attempt(function, **arguments)
        done = db.session.get(Job, job_id)
        if error:
            done.last_error = error
        else:
            db.session.delete(done)
        db.session.commit()
    db.session.rollback()
    return tried


def attempt(function, **arguments):
    """Do it; log what goes wrong instead of stopping the rest. Returns the error's text, or None."""
    try:
        function(**arguments)
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        current_app.logger.exception("%s failed", function.__name__)
        return repr(error)
    return None


def start_worker(app):
    """Run the clock and the queue in a thread of this process, until the returned event is set."""
    stop = threading.Event()

    def work():
        for look in count():
            with app.app_context():
                try:
                    work_off() if look % LOOKS_A_TICK else tick()
                except Exception:  # a busy or full disk passes; the worker stays
                    app.logger.exception("the worker could not look at the queue")
            if stop.wait(PAUSE):
                return

    threading.Thread(target=work, name="jobs", daemon=True).start()
    return stop
