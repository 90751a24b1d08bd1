"""A phone that keeps passkeys, in software: what a browser would send, right or wrong on purpose."""

import hashlib
import json
import secrets

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    def __init__(self, origin="http://localhost", domain="localhost"):
        self.origin, self.domain = origin, domain
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(32)
        self.handle = None
        self.count = 0
        self.is_verified = True

    def make(self, question):
        """Answer to a question for a new passkey."""
        self.handle = base64url_to_bytes(question["user"]["id"])
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + cbor2.dumps(cose)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self.state(ATTESTED) + attested}
        return self.written(
            clientDataJSON=self.client_data("webauthn.create", question),
            attestationObject=cbor2.dumps(attestation),
        )

    def show(self, question, **instead):
        """Answer to a question for a passkey that was made before."""
        self.count += 1
        client_data, state = self.client_data("webauthn.get", question), self.state()
        signed = state + hashlib.sha256(client_data).digest()
        parts = {
            "clientDataJSON": client_data,
            "authenticatorData": state,
            "signature": self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
            "userHandle": self.handle,
        }
        return self.written(**{**parts, **instead})

    def state(self, flags=0):
        flags |= PRESENT | (VERIFIED if self.is_verified else 0)
        return hashlib.sha256(self.domain.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def client_data(self, kind, question):
        return json.dumps(
            {"type": kind, "challenge": question["challenge"], "origin": self.origin, "crossOrigin": False}
        ).encode()

    def written(self, **response):
        name = bytes_to_base64url(self.credential_id)
        response = {part: bytes_to_base64url(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
