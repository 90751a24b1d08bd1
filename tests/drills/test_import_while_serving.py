"""An import in another process, while residents react: both succeed, nobody waits long."""

import re
import threading
import time

from tests.reference import reference
from tests.visitor import Phone


def test_residents_react_while_a_large_export_is_taken_over(served_demo, tmp_path):
    folder = reference("polis/austria-climate.2vkxcncppn.2022-07-07")
    server = served_demo.copy_to(tmp_path / "instance").start()
    try:
        phone = Phone(server.address).join(server.code_links[0].rsplit("/", 1)[1])
        address = f"/dialogues/{server.numbers['parking_dialogue']}"
        phone.get(address)
        assert phone.post(f"{address}/consent") == 303
        page = phone.get(address)[1]
        statement = re.search(r'name="statement" value="(\d+)"', page).group(1)
        said = []
        importer = threading.Thread(
            target=lambda: said.append(server.command("import", "polis", str(folder)))
        )
        importer.start()
        waits = []
        while importer.is_alive():
            began = time.monotonic()
            assert phone.post(f"{address}/reactions", statement=statement, reaction="agree") == 303
            waits.append(time.monotonic() - began)
            time.sleep(0.3)  # hardly slower than one person may react
        assert "130,798 reactions" in said[0]
        print(f"{len(waits)} reactions during the import, the slowest took {max(waits):.1f} s")
        assert len(waits) > 5 and max(waits) < 10
    finally:
        server.stop()
