"""What building the package takes: the translations compiled, and the migrations put in.

The translations go from .po files, which people edit, to .mo files, which run.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_translations(root):
    for source in sorted(Path(root).glob("app/translations/*/LC_MESSAGES/*.po")):
        with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(po, locale=source.parts[-3]))


class Build(BuildHookInterface):
    def initialize(self, version, build_data):
        compile_translations(self.root)
        if version != "editable":  # which would copy them beside the real ones, to grow stale there
            build_data["force_include"]["migrations"] = "app/_migrations"


if __name__ == "__main__":
    compile_translations(Path(__file__).parent.parent)
