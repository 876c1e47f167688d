"""An environment.yml, ready for `conda env create`."""

from __future__ import annotations

import io

from caddis.cli.scanning.output.report import Report
from caddis.model.requirements import Ecosystem


def render(report: Report) -> str:
    """Write what the code cannot do without; PyPI's under pip."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    conda: list[object] = [f"python={report.python}"] if report.python else ["python"]
    pip: list[str] = []
    for item in report.requirements.requirements:
        if item.ecosystem is Ecosystem.CONDA:
            conda.append(item.spec)
        else:
            pip.append(item.spec)
    if pip:
        conda += ["pip", {"pip": pip}]
    dependencies = CommentedSeq(conda)
    content = CommentedMap(
        name=report.name,
        channels=list(report.channels),
        dependencies=dependencies,
    )
    unknown = [u.module for u in report.requirements.unresolved]
    if unknown:
        content.yaml_set_start_comment(f"No package is known for: {', '.join(unknown)}")
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(content, text)
    return text.getvalue().rstrip("\n")
