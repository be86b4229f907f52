"""``python -m matching all|serve|consume|relay|migrate|openapi``."""

from common.runtime import main
from matching.bootstrap import NAME, build
from matching.settings import Settings

main(NAME, Settings, build)
