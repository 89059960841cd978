"""Runs the programs of tests/e2e/ui: node, and a browser that they start."""
import os
import pathlib
import subprocess

from harness import ROOT

PROGRAMS = pathlib.Path(os.environ.get("SLIPWAY_TEST_UI", ROOT / "build/e2e-ui"))
PICTURES = ROOT / "build/screenshots"


def drive(server, program, requests=None, **environment):
    """Runs one of tests/e2e/ui; `requests` does what it asks for, by name."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    only = os.environ.get("SLIPWAY_TEST_SCENARIO")
    process = subprocess.Popen(
        ["node", PROGRAMS / program, *([only] if only else [])], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "SLIPWAY_URL": server.url, "SLIPWAY_SCREENSHOTS": str(PICTURES),
             "SLIPWAY_ADMIN_PASSWORD": server.environment["SLIPWAY_ADMIN_PASSWORD"], **environment})
    told = []
    with process.stdout:
        for line in process.stdout:
            if line.startswith("ASK "):
                requests[line[4:].strip()]()
                process.stdin.write("done\n")
                process.stdin.flush()
            else:
                told.append(line)
    process.stdin.close()
    return process.wait(), "".join(told)
