"""Constructor arguments of the model's class, from PREDICTIVE_UNIT_PARAMETERS."""

import json

from slipway_model.errors import BAD_PARAMETER, SeldonMicroserviceException

_TRUE = ("1", "true", "t", "yes", "y", "on")
_FALSE = ("0", "false", "f", "no", "n", "off")


def _bool(text):
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError(text)


_TYPES = {"STRING": str, "INT": int, "FLOAT": float, "DOUBLE": float, "BOOL": _bool}


def read_parameters(text):
    """Returns {name: typed value} for `[{"name":..,"value":"..","type":"INT"}, ...]`.

    Raises MICROSERVICE_BAD_PARAMETER naming the entry that is wrong.
    """
    if not text or not text.strip():
        return {}
    try:
        entries = json.loads(text)
    except ValueError as error:
        raise bad_parameter("PREDICTIVE_UNIT_PARAMETERS is not JSON: %s" % error) from error
    if not isinstance(entries, list):
        raise bad_parameter("PREDICTIVE_UNIT_PARAMETERS must be a list of objects")
    parameters = {}
    for number, entry in enumerate(entries):
        where = "PREDICTIVE_UNIT_PARAMETERS[%d]" % number
        if not isinstance(entry, dict):
            raise bad_parameter("%s is not an object: %r" % (where, entry))
        for key in ("name", "value"):
            if key not in entry:
                raise bad_parameter("%s has no '%s': %r" % (where, key, entry))
        name, kind = entry["name"], entry.get("type", "STRING")
        if not isinstance(name, str) or not name.isidentifier():
            raise bad_parameter("%s: %r is no name of an argument" % (where, name))
        if kind not in _TYPES:
            raise bad_parameter("%s: '%s' has the unknown type %r; known are %s"
                                % (where, name, kind, ", ".join(_TYPES)))
        try:
            parameters[name] = _TYPES[kind](str(entry["value"]))
        except ValueError as error:
            raise bad_parameter("%s: the value %r of '%s' is not of type %s"
                                % (where, entry["value"], name, kind)) from error
    return parameters


def bad_parameter(message):
    return SeldonMicroserviceException(message, status_code=500, reason=BAD_PARAMETER)
