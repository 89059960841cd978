"""Errors in the form that clients of a Seldon model know."""

BAD_DATA = "MICROSERVICE_BAD_DATA"
BAD_METADATA = "MICROSERVICE_BAD_METADATA"
BAD_METRIC = "MICROSERVICE_BAD_METRIC"
BAD_PARAMETER = "MICROSERVICE_BAD_PARAMETER"
INTERNAL_ERROR = "MICROSERVICE_INTERNAL_ERROR"


class SeldonMicroserviceException(Exception):
    """What is answered with a status code and a reason of its own; models may raise it."""

    def __init__(self, message, status_code=400, payload=None, reason=BAD_DATA):
        super().__init__(message)
        self.message = message
        self.status_code = 400 if status_code is None else status_code
        self.payload = payload
        self.reason = reason


def error_body(message, reason):
    """The reply body of an error; `status` is the number 1, as clients of the contract expect."""
    return {"status": {"code": -1, "info": str(message), "reason": reason, "status": 1}}


def describe(error):
    """Returns (status code, body) for any exception.

    A model may raise an exception class of that name that is not ours (its own copy of the
    contract's library), so the class is known by its name and members.
    """
    for cls in type(error).__mro__:
        if cls.__name__ == "SeldonMicroserviceException":
            status = getattr(error, "status_code", None)
            message = getattr(error, "message", None) or str(error)
            reason = getattr(error, "reason", None) or BAD_DATA
            valid = isinstance(status, int) and 200 <= status <= 599
            return (status if valid else 400), error_body(message, reason)
    return 500, error_body(str(error) or type(error).__name__, INTERNAL_ERROR)
