"""Passkeys in a real browser, on a phone's screen, with a finger that Chromium plays."""

import re
import sqlite3

import pytest


@pytest.fixture
def phone(visit, server):
    """A phone at the address that passkeys are for, with a finger that always fits."""
    return with_finger(visit(), server)


def with_finger(phone, server):
    phone.home = f"http://localhost:{server.port}"
    phone.device = phone.context.new_cdp_session(phone.page)
    phone.device.send("WebAuthn.enable")
    has = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    options = {"protocol": "ctap2", "transport": "internal", **has}
    phone.finger = phone.device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return phone


def go(phone, path):
    return phone.goto(phone.home + path)


def sign_in(phone, server, role="host"):
    path = re.search(r"http://[^/]+(\S+)", server.command("link", role)).group(1)
    return go(phone, path).press("Sign in")


def let_the_confirmation_lapse(server):
    with sqlite3.connect(server.instance / "buurtstem.db", timeout=20) as file:
        file.execute("UPDATE session SET confirmed_at = datetime(confirmed_at, '-13 hours')")
    file.close()


def leave(phone, server):
    """Forget on the server what this person set up, so that the next test begins anew."""
    with sqlite3.connect(server.instance / "buurtstem.db", timeout=20) as file:
        for table in ("passkey", "spare_code", "session"):
            file.execute(f"DELETE FROM {table}")
    file.close()


@pytest.fixture(autouse=True)
def anew(server):
    yield
    leave(None, server)


def test_a_host_adds_a_passkey_signs_in_with_it_and_confirms_with_it(phone, server):
    sign_in(phone, server).sees("Show that it is you")
    phone.press("Add a passkey on this device").sees("The passkey is added.").sees("What needs you today")

    go(phone, "/me").press("Sign out").sees("You are signed out")
    go(phone, "/code").press("Sign in with a passkey").sees("What needs you today")

    let_the_confirmation_lapse(server)
    go(phone, "/admin/codes").sees("Show that it is you").press("Use your passkey")
    phone.sees("Make codes and letters")


def test_what_was_being_sent_goes_on_after_a_finger(phone, server):
    sign_in(phone, server).press("Add a passkey on this device")
    go(phone, "/moderation")
    let_the_confirmation_lapse(server)
    phone.press("Publish").sees("Show that it is you").sees("What you sent is kept in this page.")
    phone.press("Use your passkey").sees("The statement is published.")


def test_the_list_of_passkeys(phone, server):
    sign_in(phone, server).press("Make ten spare codes").follow("I have them")
    go(phone, "/me/passkeys").sees("You have no passkey yet.").sees("You have 10 spare codes left.")
    phone.fill(What_do_you_call_this_device="Grandma's phone").press("Add a passkey on this device")
    phone.sees("Grandma's phone").sees("Not used yet.")
    phone.page.get_by_role("button", name="Add a passkey on this device").click()
    phone.page.get_by_text("This device has a passkey for this site already.").wait_for()
    phone.look().press("Remove Grandma's phone").sees("You have no passkey yet.")


def test_a_finger_that_does_not_fit_leaves_the_other_way(phone, server):
    sign_in(phone, server).press("Make ten spare codes")
    code = phone.page.locator(".code").first.inner_text()
    go(phone, "/me/passkeys").press("Add a passkey on this device")
    let_the_confirmation_lapse(server)
    go(phone, "/admin/codes").sees("Use a spare code")
    name = {"authenticatorId": phone.finger["authenticatorId"]}
    phone.device.send("WebAuthn.setUserVerified", {**name, "isUserVerified": False})
    phone.page.get_by_role("button", name="Use your passkey").click()
    phone.page.get_by_text("No passkey was used.").wait_for()
    phone.look().page.get_by_text("Use a spare code").click()
    phone.fill(A_spare_code=code).press("Go on").sees("Make codes and letters")


def test_a_browser_without_passkeys_says_so(visit, server):
    phone = with_finger(visit(), server)
    phone.page.add_init_script("delete window.PublicKeyCredential")
    go(phone, "/code").page.get_by_role("button", name="Sign in with a passkey").click()
    phone.page.get_by_text("This browser cannot use passkeys here.").wait_for()
    phone.look()


def test_at_another_address_the_page_says_where_passkeys_work(visit, server):
    phone = visit().goto(f"http://127.0.0.1:{server.port}/code")
    phone.page.get_by_role("button", name="Sign in with a passkey").click()
    phone.page.get_by_text("Passkeys work only at the usual address of this site.").wait_for()
    phone.look()


def test_without_javascript_the_page_says_so_and_names_the_other_way(visit, server):
    phone = visit(javascript=False).goto("/code")
    phone.press("Sign in with a passkey").sees("Your browser gave no passkey.").sees("I have a code")


def test_where_somebody_is_signed_in(phone, visit, server):
    sign_in(phone, server).press("Make ten spare codes")
    go(phone, "/me/sessions").sees("Chrome, Linux").sees("This device, now")
    other = with_finger(visit(), server)
    sign_in(other, server)
    go(phone, "/me/sessions").press("Sign out there").sees("Nobody is signed in there any more.")
    go(other, "/me").sees("Take part")
    go(phone, "/me/sessions").press("Sign out everywhere").sees("You are signed out everywhere")
