"""``python -m testing.desk serve``."""

from common.runtime import main
from testing.desk.service import Settings, build

main("desk", Settings, build)
