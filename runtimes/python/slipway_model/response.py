"""The reply of a model: what `predict` may return, and how it becomes a message."""

import base64
import json
import math
import os

import numpy as np

from slipway_model.errors import BAD_METRIC, SeldonMicroserviceException

METRIC_TYPES = ("COUNTER", "GAUGE", "TIMER")


class SeldonResponse:
    """Data with tags and metrics that belong to this call only."""

    def __init__(self, data=None, tags=None, metrics=None):
        self.data = data
        self.tags = tags or {}
        self.metrics = metrics or []

    @classmethod
    def of(cls, value):
        """Wraps what `predict` returned; a class of this name from elsewhere counts as ours."""
        if isinstance(value, cls):
            return value
        if type(value).__name__ == "SeldonResponse" and hasattr(value, "data"):
            return cls(value.data, getattr(value, "tags", None), getattr(value, "metrics", None))
        return cls(value)


def validated_metrics(metrics):
    """Returns `metrics` as a list, or raises MICROSERVICE_BAD_METRIC naming the bad entry."""
    if metrics is None:
        return []
    if not isinstance(metrics, (list, tuple)):
        raise bad_metric("metrics must be a list of objects, not %s" % type(metrics).__name__)
    for number, metric in enumerate(metrics):
        if not isinstance(metric, dict):
            raise bad_metric("metric %d is not an object: %r" % (number, metric))
        for key in ("key", "type", "value"):
            if key not in metric:
                raise bad_metric("metric %d has no '%s': %r" % (number, key, metric))
        if not isinstance(metric["key"], str) or not metric["key"]:
            raise bad_metric("metric %d: 'key' must be a name: %r" % (number, metric))
        if metric["type"] not in METRIC_TYPES:
            raise bad_metric("metric %d: 'type' must be one of %s: %r"
                             % (number, ", ".join(METRIC_TYPES), metric))
        value = metric["value"]
        number_like = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        if not number_like or not math.isfinite(value):
            raise bad_metric("metric %d: 'value' must be a finite number: %r" % (number, metric))
        if not isinstance(metric.get("tags", {}), dict):
            raise bad_metric("metric %d: 'tags' must be an object: %r" % (number, metric))
    return list(metrics)


def bad_metric(message):
    return SeldonMicroserviceException(message, status_code=500, reason=BAD_METRIC)


def build_meta(request_meta, tags=None, metrics=None):
    """The reply's `meta`: puid echoed, tags and metrics joined, routing dropped.

    `tags` and `metrics` are lists of what the model gave, later ones win.
    """
    meta = {}
    if request_meta.get("puid"):
        meta["puid"] = request_meta["puid"]
    all_tags = dict(request_meta.get("tags") or {})
    for some in tags or []:
        if some is not None and not isinstance(some, dict):
            raise TypeError("tags must be an object, not %s" % type(some).__name__)
        all_tags.update(some or {})
    if all_tags:
        meta["tags"] = all_tags
    all_metrics = list(request_meta.get("metrics") or [])
    for some in metrics or []:
        all_metrics += validated_metrics(some)
    if all_metrics and os.environ.get("INCLUDE_METRICS_IN_CLIENT_RESPONSE", "").lower() != "false":
        meta["metrics"] = all_metrics
    path = dict(request_meta.get("requestPath") or {})
    unit, image = os.environ.get("PREDICTIVE_UNIT_ID"), os.environ.get("PREDICTIVE_UNIT_IMAGE")
    if unit and image:
        path[unit] = image
    if path:
        meta["requestPath"] = path
    return meta


def build_message(value, request_kind, class_names, meta):
    """The reply message for a returned value; its form follows the value and the request's."""
    if isinstance(value, str):
        return {"strData": value, "meta": meta}
    if isinstance(value, (bytes, bytearray)):
        return {"binData": base64.b64encode(value).decode("ascii"), "meta": meta}
    if isinstance(value, dict):
        return {"jsonData": value, "meta": meta}
    array = np.array(value)
    names = class_names
    if names is None:
        names = ["t:%d" % i for i in range(array.shape[1])] if array.ndim > 1 else []
    data = {"names": names}
    if np.issubdtype(array.dtype, np.number) and request_kind != "ndarray":
        data["tensor"] = {"shape": list(array.shape), "values": array.ravel().tolist()}
    else:
        data["ndarray"] = array.tolist()
    return {"data": data, "meta": meta}


def encode(message):
    """One line of JSON with sorted keys and a trailing newline.

    NaN and Infinity do not exist in JSON: they are refused here, not sent as invalid text.
    """
    try:
        return json.dumps(message, sort_keys=True, separators=(",", ":"), allow_nan=False,
                          default=_plain) + "\n"
    except ValueError as error:
        if "JSON compliant" not in str(error):
            raise
        raise ValueError("the reply holds NaN or Infinity, which JSON cannot carry; "
                         "the model must return finite numbers") from error


def _plain(value):
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError("a value of type %s cannot be written as JSON" % type(value).__name__)
