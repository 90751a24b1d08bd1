"""Where the shared real data and reference answers lie; tests that need them skip where they are absent."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("BUURTSTEM_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def reference(name):
    """A file or folder of the shared data, or a skip that says what is missing."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the shared data is not here: {name} (set BUURTSTEM_DATA to its folder)")
    return path
