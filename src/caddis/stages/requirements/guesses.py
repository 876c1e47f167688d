"""What a package might be called; good for a proposal and for nothing else."""

from __future__ import annotations

from caddis.model.dist_names import normalize

_FORMS = ("{}", "python-{}", "py{}", "{}-python", "py-{}")


def guess_names(module: str) -> tuple[str, ...]:
    """List package names that *module* might come from, likeliest first.

    >>> guess_names("acme")
    ('acme', 'python-acme', 'pyacme', 'acme-python', 'py-acme')
    """
    plain = normalize(module)
    return tuple(form.format(plain) for form in _FORMS)
