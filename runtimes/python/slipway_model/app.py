"""The HTTP face of a model: routes, and every outcome as a message or an error of the contract."""

import os
import traceback

import flask
import numpy as np

from slipway_model import errors, metadata, request_message, response

PREDICT = ("/predict", "/api/v1.0/predictions", "/api/v0.1/predictions")
FEEDBACK = ("/send-feedback", "/api/v1.0/feedback", "/api/v0.1/feedback")
STATUS = ("/health/status", "/api/v1.0/health/status")
METADATA = ("/metadata", "/api/v1.0/metadata")


def make_app(model):
    """Returns the Flask application that serves `model` (see model.Model), already loaded."""
    app = flask.Flask("slipway_model", static_folder=None)

    def reply(body, status=200):
        return app.response_class(response.encode(body), status, mimetype="application/json")

    def message(value, payload):
        """The reply message for what a hook returned to a call with `payload`."""
        given = model.respond(value)
        meta = response.build_meta(payload.meta, [model.tags(), given.tags],
                                   [model.metrics(), given.metrics])
        return response.build_message(given.data, payload.kind, model.class_names(), meta)

    def predict():
        body = request_message.read_message(flask.request)
        if model.has("predict_raw"):
            answer = model.user.predict_raw(body)
            return reply(answer, _own_status(answer) or 200)
        payload = request_message.read_payload(body)
        answer = model.predict(payload.features, payload.names, payload.meta)
        status = _own_status(answer)
        return reply(answer, status) if status else reply(message(answer, payload))

    def feedback():
        try:
            body = request_message.read_message(flask.request)
        except errors.SeldonMicroserviceException as error:
            text = flask.request.get_data(as_text=True)[:200]
            raise errors.SeldonMicroserviceException("Invalid JSON: %s" % text) from error
        if not isinstance(body, dict):
            raise errors.SeldonMicroserviceException("Invalid JSON: feedback must be an object")
        payload = _feedback_part(body.get("request"))
        truth = _feedback_part(body.get("truth")).features
        reward, answer = _reward(body.get("reward", 0)), None
        if model.has("send_feedback"):
            answer = model.send_feedback(payload.features, payload.names, reward, truth,
                                         _routing(body))
        given = message(np.array([]) if answer is None else answer, payload)
        return reply(_as_feedback(given))

    def status():
        value = model.user.health_status() if model.has("health_status") else "healthy"
        return reply(message(value, request_message.Payload(None, [], {}, None)))

    for number, path in enumerate(PREDICT):
        app.add_url_rule(path, "predict%d" % number, predict, methods=_methods(number))
    for number, path in enumerate(FEEDBACK):
        app.add_url_rule(path, "feedback%d" % number, feedback, methods=_methods(number))
    for number, path in enumerate(STATUS):
        app.add_url_rule(path, "status%d" % number, status, methods=["GET"])
    for number, path in enumerate(METADATA):
        app.add_url_rule(path, "metadata%d" % number,
                         lambda: reply(metadata.model_metadata(model)), methods=["GET"])
    app.add_url_rule("/health/ping", "ping", lambda: "pong", methods=["GET"])

    @app.errorhandler(Exception)
    def failed(error):
        code, body = errors.describe(error)
        # An unknown path is the caller's mistake; a failing hook is for the one who reads the log.
        if code >= 500 and not hasattr(error, "get_response"):
            traceback.print_exception(type(error), error, error.__traceback__)
        return reply(body, code)

    @app.after_request
    def allow_any_origin(answer):
        answer.headers["Access-Control-Allow-Origin"] = "*"
        if flask.request.method == "OPTIONS":
            answer.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
            answer.headers["Access-Control-Allow-Headers"] = (
                flask.request.headers.get("Access-Control-Request-Headers", "Content-Type"))
        return answer

    return app


def _methods(number):
    """The internal path (the first) is called with GET too, the external ones with POST only."""
    return ["GET", "POST"] if number == 0 else ["POST"]


def _own_status(answer):
    """The status code that a returned dict asks for in `status.code`, if any."""
    status = answer.get("status") if isinstance(answer, dict) else None
    code = status.get("code") if isinstance(status, dict) else None
    return code if type(code) is int and 200 <= code <= 599 else None


def _feedback_part(part):
    """A message within feedback; any of them may be missing or empty."""
    if not isinstance(part, dict) or not (set(part) - {"meta", "status"}):
        meta = part.get("meta") if isinstance(part, dict) else None
        return request_message.Payload(None, [], meta if isinstance(meta, dict) else {}, None)
    return request_message.read_payload(part)


def _reward(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise errors.SeldonMicroserviceException("Invalid JSON: 'reward' must be a number")
    return float(value)


def _routing(body):
    """The branch that was taken below this unit, when the response part says so."""
    value = body.get("response")
    for key in ("meta", "routing", os.environ.get("PREDICTIVE_UNIT_ID", "")):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _as_feedback(message):
    """Feedback replies went through protobuf: numbers are floats, empty members are left out."""
    data = message.get("data")
    if data is not None:
        if not data["names"]:
            del data["names"]
        if "tensor" in data:
            data["tensor"]["values"] = [float(value) for value in data["tensor"]["values"]]
            if not data["tensor"]["values"]:
                del data["tensor"]["values"]
        else:
            data["ndarray"] = _floats(data["ndarray"])
    return message


def _floats(value):
    if isinstance(value, list):
        return [_floats(item) for item in value]
    return float(value) if type(value) is int else value
