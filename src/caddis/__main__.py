"""`python -m caddis`."""

from caddis.cli import main

raise SystemExit(main())
