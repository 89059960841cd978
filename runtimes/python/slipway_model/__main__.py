"""Entry point: python3 -m slipway_model"""

import argparse
import os
import sys

from slipway_model.errors import SeldonMicroserviceException
from slipway_model.parameters import read_parameters

DESCRIPTION = """\
Serves a Python class over HTTP in the Seldon protocol. The class is looked up in the working
directory: MODEL_NAME=Iris is class Iris of Iris.py, MODEL_NAME=pkg.mod.Iris is class Iris of
pkg/mod.py. The port opens when the model's load() has returned; if that fails, the process ends
with exit code 3 and the traceback on standard error."""

EPILOG = """\
environment (an option wins over it):
  MODEL_NAME                     module and class of the model
  PREDICTIVE_UNIT_SERVICE_PORT   port, 0 for any free one (9000)
  PREDICTIVE_UNIT_PARAMETERS     constructor arguments, JSON:
                                 [{"name":"alpha","value":"0.5","type":"FLOAT"}]
                                 types: STRING, INT, FLOAT, DOUBLE, BOOL
  SLIPWAY_MODEL_HOST             address to listen on (0.0.0.0)
  SLIPWAY_UNIX_SOCKET            absolute path of a Unix socket to listen on as well (none)
  GUNICORN_WORKERS               processes, each loads the model (1)
  GUNICORN_THREADS               requests that one process handles at a time (4)
  GUNICORN_KEEPALIVE             seconds that an idle connection is kept (75)
  GUNICORN_MAX_REQUESTS          requests after which a process is replaced, 0 never (0)
  GUNICORN_GRACEFUL_TIMEOUT      seconds that running requests get after SIGTERM (30)
  MODEL_METADATA                 overrides of /metadata, JSON (or YAML where PyYAML is installed)
  PREDICTIVE_UNIT_ID, PREDICTIVE_UNIT_IMAGE   both set: reported in meta.requestPath
  INCLUDE_METRICS_IN_CLIENT_RESPONSE          false leaves metrics out of replies
exit codes: 0 stopped, 2 bad option or environment, 3 the model could not be loaded"""


def number(least, most):
    def parse(text):
        value = int(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError("%s is not in %d..%d" % (text, least, most))
        return value
    parse.__name__ = "number"
    return parse


def parse_options(arguments, environment):
    parser = argparse.ArgumentParser(
        prog="python3 -m slipway_model", description=DESCRIPTION, epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    # A default that is a string is parsed like an option, so a bad variable is a clear error.
    parser.add_argument("model_name", nargs="?", metavar="MODEL_NAME",
                        default=environment.get("MODEL_NAME"))
    port = environment.get("PREDICTIVE_UNIT_SERVICE_PORT",
                           environment.get("PREDICTIVE_UNIT_HTTP_SERVICE_PORT", "9000"))
    parser.add_argument("--port", type=number(0, 65535), default=port)
    parser.add_argument("--host", default=environment.get("SLIPWAY_MODEL_HOST", "0.0.0.0"))
    parser.add_argument("--unix-socket", metavar="PATH",
                        default=environment.get("SLIPWAY_UNIX_SOCKET"))
    for name, least, most, default in (("workers", 1, 256, "1"), ("threads", 1, 4096, "4"),
                                       ("keepalive", 1, 86400, "75"),
                                       ("max-requests", 0, 2**31, "0"),
                                       ("graceful-timeout", 0, 86400, "30")):
        variable = "GUNICORN_" + name.replace("-", "_").upper()
        parser.add_argument("--" + name, type=number(least, most), metavar="N",
                            default=environment.get(variable, default))
    parser.add_argument("--access-log", action="store_true", help="log each request")
    options = parser.parse_args(arguments)
    if not options.model_name:
        parser.error("MODEL_NAME is not set; say which class to serve")
    return options


def main():
    options = parse_options(sys.argv[1:], os.environ)
    # What the model prints is read live from a pipe: hold nothing back.
    sys.stdout.reconfigure(write_through=True, line_buffering=True)
    sys.stderr.reconfigure(write_through=True, line_buffering=True)
    try:
        parameters = read_parameters(os.environ.get("PREDICTIVE_UNIT_PARAMETERS"))
    except SeldonMicroserviceException as error:
        print("slipway_model: %s: %s" % (error.reason, error), file=sys.stderr)
        sys.exit(2)
    from slipway_model.server import Server
    try:
        server = Server(options, parameters)
    except OSError as error:
        print("slipway_model: cannot listen on %s port %d: %s"
              % (options.host, options.port, error), file=sys.stderr)
        sys.exit(2)
    server.run()


if __name__ == "__main__":
    main()
