"""Serving: one gunicorn with a gate that opens when the model is loaded.

gunicorn listens before its workers load anything, so a probe would find an open port on a model
that is not there yet. Here the sockets (the port, and a Unix socket where one is asked for) are
bound by the master but listen only after a worker has called `load()`; until then a connection is
refused.
"""

import os
import selectors
import signal
import socket
import sys
import traceback

import gunicorn.arbiter
import gunicorn.app.base
import gunicorn.errors

from slipway_model.app import make_app
from slipway_model.model import Model
from slipway_model.unix_socket import UnixSocket

BACKLOG = 2048
LOAD_FAILED = gunicorn.arbiter.Arbiter.WORKER_BOOT_ERROR


class Arbiter(gunicorn.arbiter.Arbiter):
    """gunicorn's master; it remembers that it was asked to stop, and holds no door open then."""

    stopping = False

    def stop(self, graceful=True):
        self.stopping = True
        self.app.close_sockets()
        super().stop(graceful)


class Server(gunicorn.app.base.BaseApplication):
    """Owns the listening sockets; `run` returns never, it ends the process."""

    def __init__(self, options, parameters):
        self._options = options
        self._parameters = parameters
        family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((options.host, options.port))
        self.port = self._listener.getsockname()[1]
        # After the port: a second server that finds it taken leaves the first one's socket alone.
        self.unix_socket = UnixSocket(options.unix_socket)
        super().__init__()

    def load_config(self):
        settings = {
            "bind": [],
            "worker_class": "gthread",
            "workers": self._options.workers,
            "threads": self._options.threads,
            "keepalive": self._options.keepalive,
            "max_requests": self._options.max_requests,
            # Loading and predicting take as long as they take; the gateway has the deadlines.
            "timeout": 0,
            "graceful_timeout": self._options.graceful_timeout,
            "loglevel": "warning",
            "errorlog": "-",
            "accesslog": "-" if self._options.access_log else None,
            # A local peer (each on the Unix socket) is believed, by default in three fields, and a
            # request where they disagree is refused. The gateway answers for this one alone.
            "secure_scheme_headers": {"X-FORWARDED-PROTO": "https"},
            "post_worker_init": self._open_gate,
            "child_exit": self._worker_ended,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self):
        """Called in each worker: makes and loads the model. A failure ends the whole server."""
        # While loading there is nothing to finish: SIGTERM ends the worker at once.
        graceful = signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            model = Model(self._options.model_name, self._parameters)
            model.load()
            app = make_app(model)
        except BaseException as error:  # a model may call sys.exit() as well as raise
            traceback.print_exc()
            reason = getattr(error, "reason", None)
            print("slipway_model: '%s' could not be loaded: %s%s" % (
                self._options.model_name, reason + ": " if reason else "",
                str(error) or type(error).__name__), file=sys.stderr, flush=True)
            sys.exit(LOAD_FAILED)
        signal.signal(signal.SIGTERM, graceful)
        return app

    def _open_gate(self, worker):
        # The port last: who finds it open may count on the Unix socket.
        unix = self.unix_socket.listener
        worker.sockets = [unix, self._listener] if unix else [self._listener]
        for listener in worker.sockets:
            listener.listen(BACKLOG)
        # Without this a worker looks at its own stop flag only once in a second.
        worker.poller.register(worker.PIPE[0], selectors.EVENT_READ, lambda fd: os.read(fd, 64))
        print("slipway_model: %s listens on %s port %d%s (worker %d)" % (
            self._options.model_name, self._options.host, self.port,
            " and %a" % self.unix_socket.path if unix else "", os.getpid()), flush=True)

    def close_sockets(self):
        """As soon as it stops: who connects while workers finish is refused, and goes elsewhere."""
        self._listener.close()
        self.unix_socket.close()

    def _worker_ended(self, arbiter, worker):
        """Ends the server when no worker ever served: starting again would not end better."""
        if arbiter.stopping:
            return
        if not self._listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            print("slipway_model: '%s' died while loading (out of memory?)"
                  % self._options.model_name, file=sys.stderr, flush=True)
            raise gunicorn.errors.HaltServer("the model died while loading", LOAD_FAILED)

    def run(self):
        Arbiter(self).run()
