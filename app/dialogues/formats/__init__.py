"""The formats: the ways in which a dialogue can be run, one file each."""

from importlib import import_module
from pkgutil import iter_modules

from app.dialogues.formats.face import FORMATS, Format, Part, Turn, carried_on

__all__ = ["FORMATS", "Format", "Part", "Turn", "carried_on"]

for found in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{found}")
