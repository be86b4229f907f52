"""``python -m registry all|serve|consume|relay|migrate|openapi|import-areas|grant``."""

from common.runtime import main
from registry.bootstrap import build
from registry.entrypoints.commands import COMMANDS
from registry.settings import Settings

if __name__ == "__main__":
    main("registry", Settings, build, COMMANDS)
