"""``python -m reporting all|serve|consume|relay|migrate|openapi``."""

from common.runtime import main
from reporting.bootstrap import build
from reporting.settings import Settings

if __name__ == "__main__":
    main("reporting", Settings, build)
