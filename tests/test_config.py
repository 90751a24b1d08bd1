"""Settings: what is wrong is said at the start; what is right decides which names we answer to."""

import pytest

from app import create_app
from app.config import MailServer, WrongSetting, mail_from, mail_server, public_address, trusted_hosts
from app.db import db

FOREIGN = {"Host": "evil.example"}


@pytest.fixture
def public_site(shared_app, world):
    """The same files, at an address of their own."""
    address = "https://havenbuurt.example"
    names = {"ADDRESS": address, "TRUSTED_HOSTS": trusted_hosts(address)}
    app = create_app({"INSTANCE": shared_app.config["INSTANCE"], "TESTING": True, **names})
    app.test_client_class = shared_app.test_client_class
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("told", "host", "address"),
    [
        ("", "127.0.0.1", "http://localhost:8000"),
        ("", "192.168.1.5", "http://192.168.1.5:8000"),
        ("", "::1", "http://[::1]:8000"),
        ("https://Havenbuurt.nl/", "127.0.0.1", "https://havenbuurt.nl"),
        ("http://buurt.local:81", "127.0.0.1", "http://buurt.local:81"),
    ],
)
def test_the_address_of_the_site(told, host, address):
    assert public_address(told, host, 8000) == address


@pytest.mark.parametrize(
    "told",
    ["havenbuurt.nl", "ftp://x.nl", "https://x.nl/pad", "https://a@x.nl", "https://", "https://x.nl?q"],
)
def test_a_wrong_address_is_refused_in_a_sentence(told):
    with pytest.raises(WrongSetting, match="BUURTSTEM_ADDRESS must be like"):
        public_address(told, "127.0.0.1", 8000)


def test_the_mail_server_is_read_from_one_setting():
    assert mail_server("") is None
    assert mail_server("smtps://mail.example") == MailServer("mail.example", 465, is_encrypted=True)
    server = mail_server("smtp://post%40x.nl:s%2Fcret@mail.example:26")
    assert server == MailServer("mail.example", 26, "post@x.nl", "s/cret")
    assert "s/cret" not in repr(server)


@pytest.mark.parametrize("told", ["mail.example", "http://x", "smtp://", "smtp://x:y", "smtp://x/pad"])
def test_a_wrong_mail_server_is_refused_without_telling_its_password(told):
    with pytest.raises(WrongSetting, match="BUURTSTEM_SMTP must be like"):
        mail_server(told)


def test_mail_needs_an_address_to_come_from():
    assert mail_from("", None) == ""
    with pytest.raises(WrongSetting, match="BUURTSTEM_MAIL_FROM"):
        mail_from("", mail_server("smtp://mail.example"))


def test_a_visit_under_another_name_gets_nothing_of_ours(public_site):
    client = public_site.test_client()
    for address in ("/", "/code", "/nergens", "/admin", "/assets/000000000000/app.css"):
        for method in ("GET", "POST", "DELETE"):
            response = client.open(address, method=method, headers=FOREIGN)
            assert response.status_code == 400, (method, address)
            assert response.text == "This site has another address.\n"
    assert client.post("/code", headers={**FOREIGN, "Sec-Fetch-Site": "cross-site"}).status_code == 400


def test_our_own_names_are_answered(public_site):
    for host in ("havenbuurt.example", "localhost", "localhost:8000", "127.0.0.1:8000"):
        assert public_site.test_client().get("/", headers={"Host": host}).status_code == 200, host


def test_without_an_address_every_name_is_answered(world, visitor):
    assert visitor.get("/", headers=FOREIGN).status_code == 200
