"""``python -m cases all|serve|consume|relay|migrate|openapi``."""

from cases.bootstrap import build
from cases.settings import Settings
from common.runtime import main

if __name__ == "__main__":
    main("cases", Settings, build)
