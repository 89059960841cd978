"""From an HTTP request to a message, and from a message to what `predict` is given."""

import base64
import binascii
import json

import numpy as np

from slipway_model.errors import SeldonMicroserviceException

NO_JSON = "Can't find JSON in data"


class Payload:
    """The arguments of a call: `features`, their `names`, the `meta` and the form they came in."""

    def __init__(self, features, names, meta, kind):
        self.features = features
        self.names = names
        self.meta = meta
        self.kind = kind


def read_message(request):
    """Returns the message of a Flask request as decoded JSON.

    Forms: multipart parts, a form field or query member `json`, or a body of a JSON content type.
    """
    if request.mimetype == "multipart/form-data":
        return _multipart(request)
    text = request.form.get("json") or request.args.get("json")
    if text is None:
        text = request.get_data(cache=True) if request.is_json else None
    message = _parsed(text)
    if message is None:
        raise SeldonMicroserviceException(NO_JSON)
    return message


def _parsed(text):
    if not text:
        raise SeldonMicroserviceException(NO_JSON)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SeldonMicroserviceException(NO_JSON) from error


def _multipart(request):
    message = {}
    for name, value in request.form.items():
        message[name] = value if name == "strData" else _parsed(value)
    for name, file in request.files.items():
        content = file.read()
        if name == "binData":
            message[name] = base64.b64encode(content).decode("ascii")
        elif name == "strData":
            try:
                message[name] = content.decode("utf-8")
            except UnicodeDecodeError as error:
                raise _bad("strData is not UTF-8") from error
        else:
            message[name] = _parsed(content)
    # One part `json` holds the whole message, as the form field does.
    if set(message) == {"json"}:
        message = message["json"]
    if not message:
        raise SeldonMicroserviceException(NO_JSON)
    return message


def read_payload(message):
    """Returns the Payload of a message, or raises MICROSERVICE_BAD_DATA saying what is wrong."""
    if not isinstance(message, dict):
        raise _bad(message)
    meta = message.get("meta")
    meta = {} if meta is None else meta
    if not isinstance(meta, dict):
        raise _bad("meta must be an object")
    for key, wanted in (("tags", dict), ("requestPath", dict), ("metrics", list)):
        if meta.get(key) is not None and not isinstance(meta[key], wanted):
            kind = "an object" if wanted is dict else "a list"
            raise _bad("meta.%s must be %s" % (key, kind))
    if "data" in message:
        return _read_data(message["data"], meta)
    if "jsonData" in message:
        return Payload(message["jsonData"], [], meta, "jsonData")
    if "strData" in message:
        if not isinstance(message["strData"], str):
            raise _bad("strData must be a string")
        return Payload(message["strData"], [], meta, "strData")
    if "binData" in message:
        return Payload(_decoded(message["binData"]), [], meta, "binData")
    raise _bad(message)


def _read_data(data, meta):
    if not isinstance(data, dict):
        raise _bad("data must be an object")
    names = data.get("names")
    names = [] if names is None else names
    if not isinstance(names, list):
        raise _bad("data.names must be a list")
    if "tensor" in data:
        return Payload(_tensor(data["tensor"]), names, meta, "tensor")
    if "ndarray" in data:
        if not isinstance(data["ndarray"], list):
            raise _bad("data.ndarray must be a list")
        # Ragged rows are the model's error in this contract: numpy's own message, status 500.
        return Payload(np.array(data["ndarray"]), names, meta, "ndarray")
    if "tftensor" in data:
        raise _bad("data.tftensor is not supported; send data.tensor or data.ndarray")
    raise _bad("data has neither ndarray nor tensor")


def _tensor(tensor):
    if not isinstance(tensor, dict) or not isinstance(tensor.get("values", []), list):
        raise _bad("data.tensor must be an object with lists `shape` and `values`")
    values = tensor.get("values", [])
    shape = tensor.get("shape", [len(values)])
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        raise _bad("data.tensor.shape must be a list of sizes")
    array = np.array(values)
    if array.ndim != 1:
        raise _bad("data.tensor.values must be a flat list")
    size = 1
    for length in shape:
        size *= length
    if size != len(values):
        raise _bad("data.tensor.shape %s does not fit %d values" % (shape, len(values)))
    return array.reshape(shape)


def _decoded(text):
    if not isinstance(text, str):
        raise _bad("binData must be a base64 string")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad("binData is not base64") from error


def _bad(what):
    text = str(what)
    return SeldonMicroserviceException(
        "Invalid request data type: " + (text if len(text) <= 200 else text[:200] + "..."))
