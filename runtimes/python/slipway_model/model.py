"""The user's class behind one interface, whatever hooks it has and however they are written."""

import importlib
import inspect
import os
import sys

from slipway_model.parameters import bad_parameter
from slipway_model.response import SeldonResponse


def split_name(name):
    """(module, class) of a MODEL_NAME: `Iris` is class Iris of module Iris, `a.b.Iris` of a.b."""
    module, dot, cls = name.rpartition(".")
    return (module, cls) if dot else (name, name)


class Model:
    """Owns the instance of the user's class. Made once in each worker, then shared by its threads."""

    def __init__(self, name, parameters):
        module_name, class_name = split_name(name)
        if os.getcwd() not in sys.path:
            sys.path.insert(0, os.getcwd())
        module = importlib.import_module(module_name)
        cls = getattr(module, class_name, None)
        if cls is None:
            raise ImportError("module '%s' (%s) has no class '%s'"
                              % (module_name, getattr(module, "__file__", "?"), class_name))
        try:
            inspect.signature(cls).bind(**parameters)
        except TypeError as error:
            raise bad_parameter("%s(%s): %s" % (class_name, ", ".join(parameters), error)) from error
        self.user = cls(**parameters)
        self._predict = None
        if callable(getattr(self.user, "predict", None)):
            self._predict = _three_argument_call(self.user.predict)
        elif not callable(getattr(self.user, "predict_raw", None)):
            raise TypeError("class '%s' has no method predict(X, names, meta)" % class_name)

    def load(self):
        if callable(getattr(self.user, "load", None)):
            self.user.load()

    def has(self, hook):
        return callable(getattr(self.user, hook, None))

    def predict(self, features, names, meta):
        return self._predict(features, names, meta)

    def send_feedback(self, features, names, reward, truth, routing):
        return self.user.send_feedback(features, names, reward, truth, routing=routing)

    def class_names(self):
        """The names of the outputs as a list, or None when the class gives none."""
        names = getattr(self.user, "class_names", None)
        names = names() if callable(names) else names
        return None if names is None else [name for name in _as_list(names)]

    def tags(self):
        return self.user.tags() if self.has("tags") else None

    def metrics(self):
        return self.user.metrics() if self.has("metrics") else None

    def respond(self, value):
        """What a hook returned, with per-call tags and metrics if it gave any."""
        return SeldonResponse.of(value)


def _as_list(names):
    return names.tolist() if hasattr(names, "tolist") else list(names)


def _three_argument_call(method):
    """Returns f(features, names, meta) that hands over as much as `method` can take.

    Decided once from the signature: trying and catching TypeError would hide the user's own.
    """
    try:
        parameters = inspect.signature(method).parameters.values()
    except (TypeError, ValueError):
        return method
    kinds = inspect.Parameter
    positional = [p for p in parameters
                  if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)]
    takes_all = any(p.kind == kinds.VAR_POSITIONAL for p in parameters)
    keyword_meta = any(p.kind == kinds.VAR_KEYWORD or (p.kind == kinds.KEYWORD_ONLY
                                                       and p.name == "meta") for p in parameters)
    if takes_all or len(positional) >= 3:
        return method
    if len(positional) == 2 and positional[1].name == "meta":
        return lambda features, names, meta: method(features, meta)
    if len(positional) == 2:
        if keyword_meta:
            return lambda features, names, meta: method(features, names, meta=meta)
        return lambda features, names, meta: method(features, names)
    if keyword_meta:
        return lambda features, names, meta: method(features, meta=meta)
    return lambda features, names, meta: method(features)
