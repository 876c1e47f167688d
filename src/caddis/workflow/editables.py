"""Editable installs become what a proper installation would have made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from caddis.errors import EngineError
from caddis.model.layers import Layer
from caddis.ports.editables import Editable
from caddis.ports.progress import Reporter

if TYPE_CHECKING:
    from caddis.stages.assemble import Supplies


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildEditables:
    """Builds a wheel of the project's folder, as it is now."""

    supplies: Callable[[], Supplies]
    """Made when there is something to build."""
    reporter: Reporter

    def layer(self, editable: Editable) -> Layer:
        """Build, and make the layer of the wheel (see `Editables`)."""
        from caddis.stages.assemble import assemble_source

        self.reporter.step(0, 0, f"build {editable.name}")
        supplies = self.supplies()
        # The environment's own, for no other of that version may be on the machine.
        interpreter = supplies.here.python(editable.prefix)
        try:
            return assemble_source(
                editable.source,
                python=editable.python,
                interpreter=interpreter if interpreter.is_file() else None,
                supplies=supplies,
                reporter=self.reporter,
            )
        except EngineError as error:
            raise EngineError(
                f"{editable.name} is installed in editable mode, and no wheel of it"
                f" can be built: {error}",
                hint="Pack with --editable copy to carry its folder as it is.",
            ) from None
