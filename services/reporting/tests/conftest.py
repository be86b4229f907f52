from __future__ import annotations

import sys
from pathlib import Path

# pytest's importlib mode puts nothing on the path; the story is shared by all folders here.
sys.path.insert(0, str(Path(__file__).parent))
