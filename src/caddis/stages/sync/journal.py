"""The journal that a sync keeps; its format is `caddis.model.prefix.journal`'s."""

from caddis.model.prefix.journal import (
    Journal,
    Noted,
    journal_path,
    read_journal,
    write_journal,
)

__all__ = ["Journal", "Noted", "journal_path", "read_journal", "write_journal"]
