"""A real SMTP server in a thread, which keeps what it receives and can be told to fail."""

import asyncio
import re
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller

from tests.server import free_port

FROM = "post@havenbuurt.example"


class Counter:
    """Where the post is handed over; aiosmtpd calls these by their names."""

    def __init__(self, office):
        self.office = office

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.office.fault("MAIL", server) or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return self.office.fault("RCPT", server) or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.office.pause)
        answer = self.office.fault("DATA", server)
        if answer in (None, "break"):
            self.office.received.append(message_from_bytes(envelope.content, policy=default))
        return answer or "250 OK"


class PostOffice:
    """`faults` holds (command, answer) pairs, each used once; "break" hangs up instead of answering."""

    def __init__(self):
        self.port = free_port()
        self.received, self.faults = [], []
        self.pause = 0  # seconds before each answer to a whole mail

    def open(self):
        self.controller = Controller(Counter(self), hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def close(self):
        self.controller.stop()

    def fault(self, command, server):
        if not self.faults or self.faults[0][0] != command:
            return None
        answer = self.faults.pop(0)[1]
        if answer == "break":
            server.transport.abort()
        return answer

    @property
    def last(self):
        return self.received[-1]

    @property
    def last_text(self):
        return self.last.get_body(("plain",)).get_content()

    @property
    def last_code(self):
        return re.search(r"\b([0-9A-Z]{3} [0-9A-Z]{3})\r?$", self.last_text, re.M).group(1)

    @property
    def last_token(self):
        return re.search(r"/e-mail/(\S+)", self.last_text).group(1)
