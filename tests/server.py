"""A real server in a process of its own, started as its users start it."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing

from app.demo.world import TEXTS

DIALOGUE = "SELECT id FROM dialogue WHERE question = ?"
WHERE_IT_STANDS = {
    "dialogues": (DIALOGUE, lambda facts: facts["question"]),
    "rounds": (DIALOGUE, lambda facts: facts["question"]),
    "votes": ("SELECT id FROM vote WHERE question = ?", lambda facts: facts["question"]),
    "requests": ("SELECT id FROM request WHERE text = ?", lambda facts: facts["text"]),
    "proposals": (
        "SELECT proposal_id FROM revision WHERE title = ?", lambda facts: facts["revisions"][-1]["title"],
    ),
}  # fmt: skip

LATER = """
import time, time_machine
from app.cli import main
time_machine.travel(time.time() + {days} * 86400, tick=True).start()
main()
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`buurtstem run` on a folder; its first start makes the demo and prints codes and links."""

    def __init__(self, instance, **settings):
        self.instance = instance
        self.settings = settings  # besides the usual, as the environment holds them
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.said = ""  # also by those who served the same files before
        self.process = None

    @property
    def environment(self):
        return {
            **os.environ,
            "BUURTSTEM_INSTANCE": str(self.instance),
            "BUURTSTEM_PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            **self.settings,
        }

    def command(self, *arguments):
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            env=self.environment, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, days_on=0):
        """Serve; on a later day, as far as this server knows."""
        log = self.log = open(self.instance.parent / f"{self.instance.name}.log", "a+")  # noqa: SIM115
        start = log.tell()
        self.process = subprocess.Popen(
            [sys.executable, *(["-c", LATER.format(days=days_on)] if days_on else ["-m", "app.cli"]), "run"],
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        for _ in range(600):
            log.seek(start)
            said = log.read()
            if "stop with Ctrl-C" in said and self.answers():
                self.said += said
                return self
            if self.process.poll() is not None:
                raise RuntimeError(said)
            time.sleep(0.1)
        raise RuntimeError(f"the server did not start: {said}")

    def answers(self):
        try:
            return urllib.request.urlopen(f"{self.address}/about", timeout=5).status == 200
        except OSError:
            return False

    def copy_to(self, instance, **settings):
        """A server of the same files elsewhere. This one must have stopped."""
        shutil.copytree(self.instance, instance)
        copy = Server(instance, **settings)
        copy.said = self.said.replace(self.address, copy.address)
        return copy

    def kill(self):
        """No warning, no goodbye: as when the power fails for this process."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)

    @property
    def numbers(self):
        """The ids of the demo's things by their short names, to fill in an address: `/votes/{trees}`."""
        numbers = {}
        with closing(sqlite3.connect(self.instance / "buurtstem.db")) as file:
            for kind, (query, of) in WHERE_IT_STANDS.items():
                for name, facts in TEXTS[kind].items():
                    numbers[name] = file.execute(query, [of(facts)]).fetchone()[0]
        return numbers

    @property
    def code_links(self):
        return re.findall(r"http\S+/code/\w+", self.said)

    def sign_in_link(self, role):
        return re.search(rf"{role}\s+(http\S+/sign-in/\S+)", self.said).group(1)
