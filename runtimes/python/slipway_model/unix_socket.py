"""The second way in: a Unix socket beside the port, for a gateway on the same machine.

It only saves CPU, so nothing about it stops the server: whatever is wrong with the path is said in
one warning, and the model is served by TCP alone.
"""

import os
import socket
import stat
import sys

LONGEST_PATH = 107  # sockaddr_un has 108 bytes, the last one is a zero


class UnixSocket:
    """Owns the bound socket and its file; `listener` is None where there can be none."""

    def __init__(self, path):
        self.path, self.listener, self._file = path, None, None
        if not path:
            return
        try:
            self._bind()
        except OSError as error:
            self.close()
            # As an ASCII literal any path is one line, whatever the log can write.
            print("slipway_model: warning: no Unix socket at %a: %s; serving on TCP only"
                  % (path, error.strerror or error), file=sys.stderr, flush=True)

    def _bind(self):
        # Before anything is removed: a path that can never be bound must not cost a file.
        if not os.path.isabs(self.path):
            raise OSError("the path is not absolute")
        if len(os.fsencode(self.path)) > LONGEST_PATH:
            raise OSError("the path is longer than %d bytes" % LONGEST_PATH)
        self._remove_stale()
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # The gateway is another user and needs write to connect; the folder says who gets here.
        before = os.umask(0)
        try:
            self.listener.bind(self.path)
        finally:
            os.umask(before)
        self._file = _identity(os.lstat(self.path))

    def _remove_stale(self):
        """A server that was killed leaves its file, which would be an address in use."""
        try:
            found = os.lstat(self.path)
        except FileNotFoundError:
            return  # bind says whether the folder is what is missing
        if not stat.S_ISSOCK(found.st_mode):
            raise OSError("what is there is not a socket")
        os.unlink(self.path)

    def close(self):
        """For the master; the file goes too, unless it is already that of a later server."""
        try:
            if self._file and _identity(os.lstat(self.path)) == self._file:
                os.unlink(self.path)
        except OSError:
            pass  # gone with its folder; the next start replaces what is left
        self._file = None
        if self.listener:
            self.listener.close()
            self.listener = None


def _identity(found):
    return found.st_dev, found.st_ino
