"""What a first visit costs: bytes and requests over the wire, as Chromium counts them."""

import pytest

MOST_BYTES = 40_000
MOST_REQUESTS = 5
PAGES = (
    "/",
    "/council",
    "/code",
    "/proposals",
    "/proposals/1",
    "/dialogues",
    "/dialogues/1",
    "/votes",
    "/votes/1",
    "/requests",
    "/requests/1",
    "/collectives",
    "/open-data",
    "/api",
    "/about",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_is_light_and_asks_nobody_else(visit, server, path):
    phone = visit()
    network = phone.context.new_cdp_session(phone.page)
    network.send("Network.enable")
    received = []
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    phone.page.goto(server.address + path, wait_until="networkidle")
    print(f"{path}: {sum(received):,.0f} bytes in {len(received)} requests")
    assert 0 < len(received) <= MOST_REQUESTS and 5_000 < sum(received) <= MOST_BYTES
    assert all(url.startswith(server.address) for url in phone.requests), phone.requests
