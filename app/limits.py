"""How often somebody may try something: kept in memory only, and addresses only as hashes.

Each rule lets its number through in its time, at once or spread out (the generic cell rate algorithm,
GCRA, which needs one moment for each key). Nothing is written down; a restart forgets all.
"""

import math
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from hashlib import blake2b
from ipaddress import ip_address, ip_network

from flask import current_app, request
from flask_babel import gettext as _
from flask_login import current_user

from app.clock import now

MOST_KEYS = 20_000  # remembered for each rule; about 3 MB each when full
HOME_NETWORK = 64  # bits of an IPv6 address: one household has all the addresses under them


@dataclass(frozen=True)
class Rule:
    """So many in so much time."""

    number: int
    time: timedelta

    @property
    def pause(self):
        return self.time / self.number


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LIMITS = {
    # Wrong codes only: a whole street behind one address can come in together.
    "code.guess": Rule(10, MINUTE),  # from one address
    "code.guess_anywhere": Rule(600, MINUTE),  # from all addresses together; docs/decisions/access-codes.md
    "code.guess_same": Rule(20, HOUR),  # of one and the same code
    "room.guess": Rule(10, MINUTE),  # wrong codes of a room, from one address
    "room.guess_anywhere": Rule(120, MINUTE),  # docs/decisions/live.md
    "room.enter": Rule(200, HOUR),  # guests from one address: a hall has one for all
    "sign_in.ask": Rule(10, HOUR),  # from one address
    "sign_in.ask_same": Rule(3, HOUR / 4),  # for one mailbox
    "sign_in.guess": Rule(10, MINUTE),  # from one address
    # By one person. Reading and reacting are quick; writing is not.
    "dialogue.react": Rule(120, MINUTE),
    "statement.add": Rule(15, HOUR),
    "proposal.write": Rule(30, HOUR),
    "sighting.give": Rule(20, HOUR),
    "report.make": Rule(10, HOUR),
    "key.guess": Rule(20, HOUR),  # wrong keys of a ballot box
}


class TooMany(Exception):
    """A limit is reached. It says how long to wait."""

    def __init__(self, wait):
        super().__init__(f"wait {wait}")
        self.seconds = max(1, math.ceil(wait.total_seconds()))

    @property
    def sentence(self):
        if self.seconds < 60:
            return _("That was too often in a short time. Wait a minute, then try again.")
        return _("That was too often in a short time. Try again in %(num)s minutes.",
                 num=math.ceil(self.seconds / 60))  # fmt: skip


class Limiter:
    """What the rules remember: for each key, the moment at which nothing weighs on it any more."""

    def __init__(self, most_keys=MOST_KEYS):
        self.secret = secrets.token_bytes(32)  # made anew at each start, so that no key can be read back
        self.most_keys = most_keys
        self.clear_at = {}
        self.lock = threading.Lock()

    def take(self, name, key):
        """Use one turn, or raise TooMany."""
        rule, hashed, moment = LIMITS[name], self.hash_of(key), now()
        with self.lock:
            clear_at = self.clear_at.setdefault(name, OrderedDict())
            begin = clear_at.get(hashed, moment)
            if not moment < begin <= moment + rule.time:  # long ago, or the clock was set back
                begin = moment
            wait = begin + rule.pause - rule.time - moment
            if wait > timedelta():
                raise TooMany(wait)
            clear_at[hashed] = begin + rule.pause
            clear_at.move_to_end(hashed)
            if len(clear_at) > self.most_keys:
                self.forget_some(clear_at, moment)

    def forget_some(self, clear_at, moment):
        """Forget who has nothing against them; when that is nobody, those who were seen longest ago."""
        for hashed in [hashed for hashed, at in clear_at.items() if at <= moment]:
            del clear_at[hashed]
        while len(clear_at) > self.most_keys * 0.9:
            clear_at.popitem(last=False)

    def give_back(self, name, key):
        """Let a turn not count after all."""
        hashed = self.hash_of(key)
        with self.lock:
            clear_at = self.clear_at.get(name, {})
            if hashed in clear_at:
                clear_at[hashed] -= LIMITS[name].pause

    def hash_of(self, key):
        return blake2b(str(key).encode(), key=self.secret, digest_size=16).digest()

    def __len__(self):
        return sum(map(len, self.clear_at.values()))


def init_app(app):
    app.extensions["limits"] = Limiter()


def take(*tries):
    """Use a turn of each, given as (name, key), or of none and raise TooMany."""
    limiter, taken = current_app.extensions["limits"], []
    for name, key in tries:
        try:
            limiter.take(name, key)
        except TooMany:
            give_back(*taken)
            raise
        taken.append((name, key))


def give_back(*tries):
    for name, key in tries:
        current_app.extensions["limits"].give_back(name, key)


def limited(name):
    """Guard a view: so often for each person; who is not signed in counts by address."""
    LIMITS[name]  # a rule that does not exist must not wait for its first visit

    def decorate(view):
        @wraps(view)
        def guarded(**kwargs):
            take((name, current_user.id if current_user.is_authenticated else visitor()))
            return view(**kwargs)

        return guarded

    return decorate


def visitor():
    """Where this visit comes from, as far as a limit should tell apart. Never to be kept."""
    return network_of(request.remote_addr or "")


def network_of(address):
    try:
        ip = ip_address(address.strip("[]"))
    except ValueError:
        return address
    if ip.version == 4:
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((ip, HOME_NETWORK), strict=False))
