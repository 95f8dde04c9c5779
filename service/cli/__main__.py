"""``python -m service.cli``: the same as the command ``xinheng``."""

from service.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
